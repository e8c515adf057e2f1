/** The mark of the documentation page: executions that wait, one gate, executions that run. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0f4c5c"/><g fill="#fff"><circle cx="7" cy="16" r="2.5"/><circle cx="13" cy="16" r="2.5"/><rect x="17" y="5" width="3" height="9"/><rect x="17" y="18" width="3" height="9"/><circle cx="25" cy="10" r="2.5"/><circle cx="25" cy="16" r="2.5"/><circle cx="25" cy="22" r="2.5"/></g></svg>`;

/** The mark with the name, for a dark bar. */
export const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32"><svg width="32" height="32">${ICON}</svg><text x="42" y="23" font-family="sans-serif" font-size="22" font-weight="600" fill="#fff">Sluice</text></svg>`;
