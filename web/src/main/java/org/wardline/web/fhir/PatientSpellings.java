package org.wardline.web.fhir;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose it is has two spellings in R4, {@code patient} and {@code subject}, and a provider looks at
 * one of them.
 */
final class PatientSpellings {
  private PatientSpellings() {}

  /** Of both spellings, what both mean. */
  static void reconcile(Map<String, String[]> parameters) {
    Map<String, String[]> spellings = new LinkedHashMap<>(parameters);
    spellings
        .keySet()
        .removeIf(key -> !Set.of("patient", "subject").contains(key.split("[:.]", 2)[0]));
    if (spellings.size() < 2) {
      return;
    }
    Set<String> both = new LinkedHashSet<>();
    spellings.forEach(
        (key, values) -> {
          if (key.contains(".") || values.length > 1) {
            throw SearchRequests.refused(key);
          }
          Set<String> meant =
              Arrays.stream(values[0].split(",", -1))
                  .map(value -> value.substring(value.lastIndexOf('/') + 1))
                  .collect(Collectors.toSet());
          if (parameters.keySet().containsAll(spellings.keySet())) {
            both.addAll(meant); // the first one
          } else {
            both.retainAll(meant);
          }
          parameters.remove(key);
        });
    String nobody = Requests.NOTHING.toString();
    parameters.put("patient", new String[] {both.isEmpty() ? nobody : String.join(",", both)});
  }
}
