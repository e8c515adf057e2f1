// Plain JavaScript without packages: it runs before any is installed.

/**
 * The optional dependencies that a lockfile names and does not hold, as `package > dependency`. Such a lock installs here and is
 * refused or breaks on another platform, whose binding is the one that is missing.
 */
export function missingFromLockfile(lock) {
  return Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter(
        (name) => !foldersSeenFrom(path).some((folder) => `${folder}node_modules/${name}` in lock.packages),
      )
      .map((name) => `${path || lock.name} > ${name}`),
  );
}

/** Where Node looks for what a package needs: in its own folder, then in each package around it, then in the root. */
function foldersSeenFrom(path) {
  const parts = path === '' ? [] : path.split(/\/(?=node_modules\/)/);
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/')}/`).concat('');
}
