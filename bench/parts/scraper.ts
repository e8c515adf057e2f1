/** Whoever reads metrics while others work, as Prometheus does. */
export interface Scraper {
  /** Ends it, and gives how often something was read. Throws when a process did not answer meanwhile, or nothing was read. */
  end(): number;
}

/** Reads `/metrics` of these processes over and over; of one that is not there yet, from the time on at which it is. */
export function startScraper(urls: () => readonly (string | null)[], everyMs: number): Scraper {
  let reads = 0;
  let ended = false;
  let failure: unknown;
  const scrape = async (url: string) => {
    const answer = await fetch(`${url}/metrics`);
    const text = await answer.text();
    if (!answer.ok || text === '') throw new Error(`${url}/metrics was answered ${answer.status}`);
    reads++;
  };
  const look = () => {
    for (const url of urls())
      if (url !== null)
        scrape(url).catch((error: unknown) => {
          if (!ended) failure ??= error;
        });
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    end() {
      ended = true;
      clearInterval(timer);
      if (failure !== undefined) throw failure;
      if (reads === 0) throw new Error('no metrics were read');
      return reads;
    },
  };
}
