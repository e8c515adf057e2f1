/** The one page: no script and no style stands in it. `scripts` are all that it will import, so that a browser asks for them at once. */
export function boardPage(path: string, main: string, scripts: readonly string[]): string {
  const preloads = scripts.map((name) => `<link rel="modulepreload" href="${path}${name}">`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sluice</title>
<link rel="icon" href="${path}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${path}board.css">
${preloads}
<script type="module" src="${path}${main}"></script>
</head>
<body>
<div id="board"></div>
<noscript>The board needs JavaScript. The API does not: <a href="/docs">/docs</a>.</noscript>
</body>
</html>
`;
}
