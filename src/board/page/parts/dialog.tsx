import { type ComponentChildren, h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Notice } from './notice.tsx';

interface ActDialogProps {
  readonly title: string;
  /** What the button says, which does it. */
  readonly button: string;
  readonly isDangerous?: boolean;
  /** While there is something to be filled in. */
  readonly isIncomplete?: boolean;
  readonly children: ComponentChildren;
  /** What is to be done. The dialog says why when it fails, and stays. */
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
}

/** Says what will happen, and does it when that is wanted. The browser keeps the focus inside, and Escape closes it. */
export function ActDialog({
  title,
  button,
  isDangerous,
  isIncomplete,
  children,
  act,
  onClose,
}: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current!.showModal(), []);
  const close = () => dialog.current!.close();
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await act();
      close();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="dialog-title">{title}</h2>
        <div class="dialog-body">{children}</div>
        <Notice error={error} />
        <div class="dialog-foot">
          <button type="button" class="button" onClick={close}>
            Leave it
          </button>
          <button
            type="submit"
            class={isDangerous === true ? 'button primary danger' : 'button primary'}
            disabled={isBusy || isIncomplete === true}
          >
            {isBusy ? 'Under way…' : button}
          </button>
        </div>
      </form>
    </dialog>
  );
}

interface FieldProps {
  readonly name: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

/** A field of a dialog with its name. */
export function Field({ name, hint, children }: FieldProps) {
  return (
    <label class="field">
      <span class="field-name">{name}</span>
      {children}
      {hint !== undefined && <small class="quiet">{hint}</small>}
    </label>
  );
}

/** As the API bounds it. */
const REASON_MAX_CHARS = 500;

interface ReasonProps {
  readonly value: string;
  readonly isRequired?: boolean;
  readonly onInput: (text: string) => void;
}

/** Why, for the record of changes. */
export function ReasonField({ value, isRequired = false, onInput }: ReasonProps) {
  return (
    <Field name={isRequired ? 'Reason' : 'Reason, if there is one to be recorded'}>
      <input
        type="text"
        maxLength={REASON_MAX_CHARS}
        required={isRequired}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  );
}
