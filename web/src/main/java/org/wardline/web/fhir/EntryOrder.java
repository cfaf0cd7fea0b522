package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * In which order the entries of a transaction are kept: each after those that it refers to, since
 * it is told their addresses then, whatever the order in the bundle (FHIR R4 section 3.1.0.11.2).
 */
final class EntryOrder {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** Others may refer to these without an address, by a number. */
  private static final List<String> FIRST =
      List.of("Practitioner", "Patient", "Encounter", "Binary");

  /** Its members must be there. */
  private static final String LAST = "Group";

  private final List<BundleEntryComponent> entries;
  private final Map<String, Integer> byAddress = new HashMap<>();
  private final Set<Integer> order = new LinkedHashSet<>();
  private final Set<Integer> under = new LinkedHashSet<>();

  private EntryOrder(List<BundleEntryComponent> entries, Set<String> known) {
    this.entries = entries;
    Set<String> addresses = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String address = entries.get(i).getFullUrl();
      if (!writes(i) || address == null) {
        continue;
      }
      if (!addresses.add(address)) {
        throw new InvalidRequestException(
            "Bundle.entry[" + i + "].fullUrl: another entry has it, too.");
      }
      if (!known.contains(address)) {
        byAddress.put(address, i);
      }
    }
  }

  /**
   * Places of the entries that write.
   *
   * @param known addresses that others can be told before
   * @throws InvalidRequestException when two have one address
   * @throws UnprocessableEntityException when some refer to each other in a circle
   */
  static List<Integer> of(List<BundleEntryComponent> entries, Set<String> known) {
    var sorted = new EntryOrder(entries, known);
    IntStream.range(0, entries.size())
        .filter(sorted::writes)
        .boxed()
        .sorted(Comparator.comparingInt(sorted::rank))
        .forEach(sorted::place);
    return List.copyOf(sorted.order);
  }

  /** After all that it refers to. */
  private void place(int entry) {
    if (order.contains(entry)) {
      return;
    }
    if (!under.add(entry)) {
      throw new UnprocessableEntityException(
          "Bundle: entries " + under + " refer to each other in a circle.");
    }
    refersTo(entry).forEach(this::place);
    under.remove(entry);
    order.add(entry);
  }

  private Set<Integer> refersTo(int place) {
    Resource resource = entries.get(place).getResource();
    Stream<String> references =
        FHIR.newTerser().getAllPopulatedChildElementsOfType(resource, Reference.class).stream()
            .filter(Reference::hasReference)
            .map(Reference::getReference);
    Stream<String> attachments =
        FHIR.newTerser().getAllPopulatedChildElementsOfType(resource, Attachment.class).stream()
            .filter(Attachment::hasUrl)
            .map(Attachment::getUrl);
    return Stream.concat(references, attachments)
        .flatMap(address -> Stream.ofNullable(byAddress.get(address)))
        .filter(other -> other != place)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean writes(int place) {
    return entries.get(place).getRequest().getMethod() != HTTPVerb.GET;
  }

  private int rank(int place) {
    String type = entries.get(place).getResource().fhirType();
    int rank = FIRST.indexOf(type);
    return type.equals(LAST) ? FIRST.size() + 1 : rank < 0 ? FIRST.size() : rank;
  }
}
