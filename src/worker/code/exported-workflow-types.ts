import assert from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';

/** Longest evaluation of a bundle: it only defines functions, so a second is much. */
const EVALUATION_MAX_MS = 5_000;

/**
 * The workflow types in a bundle made by the SDK, sorted: its exported functions, and `*` for a default export, which the
 * SDK uses for every type that has no function of its own. Null when they cannot be told, because the code needs a
 * running workflow already while it is imported.
 */
export function exportedWorkflowTypes(bundle: string): string[] | null {
  // The globals that the SDK's own sandbox gives a bundle, and its place for webpack's module cache.
  const context = vm.createContext({
    __webpack_module_cache__: {},
    URL,
    URLSearchParams,
    TextEncoder,
    TextDecoder,
    AbortController,
    AsyncLocalStorage,
    assert,
    console: Object.fromEntries(['log', 'warn', 'error', 'info', 'debug'].map((level) => [level, () => {}])),
  });
  let names: unknown;
  try {
    vm.runInContext(bundle, context, { timeout: EVALUATION_MAX_MS });
    names = vm.runInContext(EXPORTED_FUNCTIONS, context, { timeout: EVALUATION_MAX_MS });
  } catch {
    return null;
  }
  const types = JSON.parse(String(names)) as string[];
  return types.map((name) => (name === 'default' ? '*' : name)).sort();
}

const EXPORTED_FUNCTIONS = `JSON.stringify(
  Object.entries(__TEMPORAL__.importWorkflows()).filter(([, value]) => typeof value === 'function' && !value.isUnknownType).map(([name]) => name)
)`;
