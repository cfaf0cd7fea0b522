package org.wardline.web.fhir;

import ca.uhn.fhir.rest.param.BaseAndListParam;
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditSearch.Query.Codes;
import org.wardline.audit.AuditSearch.Query.Names;
import org.wardline.audit.AuditSearch.Query.Numbered;
import org.wardline.mapping.fhir.PostedAuditEvent;

/**
 * What a search of the audit trail says by names and by codes that have a column, each time that it
 * says it.
 */
record AuditNames(
    @Nullable ReferenceAndListParam agent,
    @Nullable ReferenceAndListParam patient,
    @Nullable ReferenceAndListParam entity,
    @Nullable TokenAndListParam action,
    @Nullable TokenAndListParam type,
    @Nullable TokenAndListParam subtype,
    @Nullable TokenAndListParam outcome) {

  private static final int MOST_TIMES = 20;

  /**
   * What is said first, and what is said besides.
   *
   * @param numbers patients who have that number
   */
  List<Names> all(Function<ReferenceParam, List<UUID>> numbers) {
    int times =
        Stream.of(agent, patient, entity, action, type, subtype, outcome)
            .mapToInt(list -> each(list).size())
            .max()
            .orElse(0);
    if (times > MOST_TIMES) {
      throw new InvalidRequestException("A parameter is said at most " + MOST_TIMES + " times.");
    }
    return IntStream.range(0, Math.max(1, times)).mapToObj(i -> names(i, numbers)).toList();
  }

  private Names names(int i, Function<ReferenceParam, List<UUID>> numbers) {
    List<ReferenceParam> entities = Requests.references(at(entity, i));
    return new Names(
        Requests.references(at(agent, i)).stream()
            .map(a -> Requests.named(a) ? token(a)[1] : literal(a))
            .toList(),
        patients(at(patient, i), numbers),
        entities.stream().filter(e -> !Requests.named(e)).map(AuditNames::literal).toList(),
        numbered(entities.stream().filter(Requests::named).toList(), numbers),
        new Codes(
            AuditContents.codes(at(action, i), "audit-event-action"),
            AuditContents.codes(at(type, i)),
            AuditContents.codes(at(subtype, i)),
            AuditContents.codes(at(outcome, i), "audit-event-outcome")));
  }

  /** None of those who are meant: then nothing is found, and the search is on record. */
  private static List<UUID> patients(
      @Nullable ReferenceOrListParam patient, Function<ReferenceParam, List<UUID>> numbers) {
    List<UUID> found = new ArrayList<>();
    List<ReferenceParam> asked = Requests.references(patient);
    for (ReferenceParam each : asked) {
      found.addAll(
          Requests.named(each) ? numbers.apply(each) : List.of(Requests.wanted(each.getIdPart())));
    }
    return found.isEmpty() && !asked.isEmpty() ? List.of(Requests.NOTHING) : found;
  }

  /** What is meant by a number; null when nothing is. */
  private static @Nullable Numbered numbered(
      List<ReferenceParam> named, Function<ReferenceParam, List<UUID>> numbers) {
    return named.isEmpty()
        ? null
        : new Numbered(
            named.stream().map(numbers).flatMap(List::stream).toList(),
            named.stream()
                .map(each -> PostedAuditEvent.entityNumber(token(each)[0], token(each)[1]))
                .toList());
  }

  /** The lists of alternatives, one for each time that it was said. */
  static <T extends ca.uhn.fhir.model.api.IQueryParameterOr<?>> List<T> each(
      @Nullable BaseAndListParam<T> lists) {
    return lists == null ? List.of() : lists.getValuesAsQueryTokens();
  }

  private static <T extends ca.uhn.fhir.model.api.IQueryParameterOr<?>> @Nullable T at(
      @Nullable BaseAndListParam<T> lists, int i) {
    List<T> each = each(lists);
    return i < each.size() ? each.get(i) : null;
  }

  /** System, which may be empty, and value. */
  static String[] token(ReferenceParam reference) {
    String text = reference.getValue();
    int bar = text.indexOf('|');
    return new String[] {bar < 0 ? "" : text.substring(0, bar), text.substring(bar + 1)};
  }

  /** {@code Practitioner/…} as given, or the bare identifier of a client. */
  private static String literal(ReferenceParam reference) {
    return reference.getResourceType() == null
        ? String.valueOf(reference.getIdPart())
        : reference.getResourceType() + "/" + reference.getIdPart();
  }
}
