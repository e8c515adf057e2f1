import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface TitleProps {
  /** Of the tab, and of the page unless children say it otherwise. */
  readonly text: string;
  readonly children?: ComponentChildren;
}

let isFirst = true;

/** A page's heading. It takes the focus when the page was opened from another, so that a screen reader says where one is. */
export function Title({ text, children }: TitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  useEffect(() => {
    document.title = text === 'Sluice' ? text : `${text} · Sluice`;
  }, [text]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? text}
    </h1>
  );
}
