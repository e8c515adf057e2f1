import { h } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from '../ask/ask.ts';
import { wordsOf } from '../ask/problem-error.ts';

/** Asks for a key. It goes to the API once, and into no storage of the browser. */
export function SignIn({ onDone }: { readonly onDone: () => void }) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await ask('POST', '/session', { key });
      onDone();
    } catch (failure) {
      setError(wordsOf(failure));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <h1 class="brand brand-large">Sluice</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label for="key">Key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          placeholder="slc_…"
          required
          autofocus
          value={key}
          aria-invalid={error !== null}
          aria-describedby="key-error key-hint"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <p id="key-error" class="field-error" role="alert">
          {error}
        </p>
        <button type="submit" class="button primary" disabled={isBusy || key.trim() === ''}>
          Sign in
        </button>
      </form>
      <p id="key-hint" class="hint">
        <code>npx sluice keys create --admin</code> makes a key. One with the right <code>read</code> makes a
        board that changes nothing.
      </p>
    </main>
  );
}
