package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a search asks for beside the parameters of its type.
 *
 * @param asked all parameters as they were asked: for links and the record
 * @param includes whose references are given along
 * @param reverse what refers to what was found
 * @param missing members by parameter: true when they must be absent, false when present
 * @param filters parameters that are looked at after the page was found
 * @param sort as asked; null for the usual order
 * @param total how many there are on all pages is wanted
 * @param nothing a parameter asks for what is never kept, so that nothing is found
 */
record SearchExtras(
    Map<String, String[]> asked,
    List<Inclusions.Wanted> includes,
    List<Inclusions.Wanted> reverse,
    Map<String, Boolean> missing,
    Map<String, String[]> filters,
    @Nullable String sort,
    boolean total,
    boolean nothing) {
  private static final String KEY = SearchExtras.class.getName();

  /** Those of the request; of one that is no search, none. */
  static SearchExtras of(RequestDetails request) {
    Object found = request.getUserData().get(KEY);
    return found instanceof SearchExtras extras
        ? extras
        : new SearchExtras(
            request.getParameters(), List.of(), List.of(), Map.of(), Map.of(), null, false, false);
  }

  void keepIn(RequestDetails request) {
    request.getUserData().put(KEY, this);
  }

  /** Names of members that must be absent, or present. */
  List<String> missing(boolean absent) {
    return missing.entrySet().stream()
        .filter(e -> e.getValue() == absent)
        .map(Map.Entry::getKey)
        .toList();
  }
}
