import { useEffect, useState } from 'preact/hooks';

/** Whether somebody looks at the page: it is visible, and its window has the focus. A board that nobody looks at asks for nothing. */
export function useAttention(): boolean {
  const [isAttended, setAttended] = useState(isLookedAt);
  useEffect(() => {
    const look = () => setAttended(isLookedAt());
    const leave = () => setAttended(false);
    addEventListener('focus', look);
    addEventListener('blur', leave);
    document.addEventListener('visibilitychange', look);
    return () => {
      removeEventListener('focus', look);
      removeEventListener('blur', leave);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isAttended;
}

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
