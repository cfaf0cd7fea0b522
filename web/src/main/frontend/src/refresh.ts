import type { QueryClient, QueryKey } from '@tanstack/react-query';

/**
 * Fetches anew what is shown of it. A first fetch that is under way may have been answered before the news: the library would take its answer for
 * the newest and forget the news, so it is followed by another one.
 */
export function refresh(queries: QueryClient, queryKey: QueryKey = []): void {
  const first = queries
    .getQueryCache()
    .findAll({ queryKey, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined);
  void queries.invalidateQueries({ queryKey });
  first.forEach((query) => {
    const again = () => void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    query.promise?.then(again, again);
  });
}
