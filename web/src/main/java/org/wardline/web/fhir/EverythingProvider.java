package org.wardline.web.fhir;

import ca.uhn.fhir.model.api.annotation.Description;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessDecision;
import org.wardline.access.AccessPolicy;
import org.wardline.chart.Chart;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.message.Actor;
import org.wardline.patient.Encounters;
import org.wardline.reading.Charts;
import org.wardline.reading.Communications;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.MessageQuery.Span;
import org.wardline.reading.Registry;
import org.wardline.store.Keys;

/**
 * {@code Patient/$everything} (FHIR R4 section 10.1.14.1): all that is kept of a patient, by the
 * same doors, rights and records as a search of each type. What the client may not search is left
 * out; a person gets only messages of his own conversations.
 */
@Singleton
public class EverythingProvider {
  private static final List<String> CHART =
      List.of(
          "Observation",
          "DiagnosticReport",
          "ServiceRequest",
          "DocumentReference",
          "Appointment",
          "CareTeam",
          "CommunicationRequest");

  private final Registry registry;
  private final Charts charts;
  private final Communications communications;
  private final CommunicationRequestProvider alerts;
  private final AccessPolicy policy;
  private final Keys keys;

  @Inject
  @SuppressWarnings("checkstyle:ParameterNumber")
  public EverythingProvider(
      Registry registry,
      Charts charts,
      Communications communications,
      CommunicationRequestProvider alerts,
      AccessPolicy policy,
      Keys keys) {
    this.registry = registry;
    this.charts = charts;
    this.communications = communications;
    this.alerts = alerts;
    this.policy = policy;
    this.keys = keys;
  }

  /**
   * What is asked of each type.
   *
   * @param care when it was; restricted so, what tells no time is left out
   * @param changed when it was kept as it is
   */
  private record Asked(UUID patient, Span care, Span changed, Actor actor, String request) {}

  /** A page of one type, in the order of its search. */
  private interface Section {
    List<? extends Resource> find(Asked asked, @Nullable UUID after, int limit);
  }

  /**
   * A page. The next one goes on in the type where this one ends.
   *
   * @throws ResourceNotFoundException when there is no such patient
   */
  @Operation(name = "$everything", typeName = "Patient", idempotent = true)
  @Description("All that is kept of a patient and that the client may search")
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle everything(
      @IdParam IdType id,
      @OperationParam(name = "start") @Nullable DateType start,
      @OperationParam(name = "end") @Nullable DateType end,
      @OperationParam(name = "_since") @Nullable InstantType since,
      @OperationParam(name = "_type") @Nullable List<CodeType> types,
      @OperationParam(name = "_count") @Nullable IntegerType count,
      @OperationParam(name = Page.CURSOR) @Nullable StringType cursor,
      RequestDetails request) {
    List<String> named = names(types);
    Map<String, @Nullable PrimitiveType<?>> bound = new LinkedHashMap<>();
    bound.put("start", start);
    bound.put("end", end);
    bound.put("_since", since);
    bound.put("_type", named.isEmpty() ? null : new StringType(String.join(",", named)));
    bound.put("_count", count);
    bound.put(Page.CURSOR, cursor);
    keep(bound, request);
    var page = new Page(request, count == null ? null : count.getValue(), null);
    Actor actor = Requests.actor(request);
    UUID patient = Requests.id(id);
    Resource himself =
        registry
            .patient(actor, patient)
            .map(DirectoryResources::patient)
            .orElseThrow(() -> new ResourceNotFoundException(id));
    var asked =
        new Asked(
            patient,
            Requests.span(range(start, end)),
            new Span(since == null ? null : since.getValue().toInstant(), null),
            actor,
            page.asked());
    Map<String, Section> wanted = wanted(named, actor, himself);
    List<Resource> found = find(asked, wanted, cursor, page.limit());
    return page.bundle(
        found,
        Date.from(keys.now()),
        last -> last.fhirType() + "." + last.getIdElement().getIdPart());
  }

  /**
   * Also what came in the body of a POST stands in the record, and in the link to the next page.
   */
  private static void keep(Map<String, @Nullable PrimitiveType<?>> bound, RequestDetails request) {
    Map<String, String[]> asked = new LinkedHashMap<>();
    bound.forEach(
        (name, value) -> {
          if (value != null && !value.hasValue()) {
            throw new InvalidRequestException(name + ": a value is missing.");
          }
          if (value != null) {
            asked.put(name, new String[] {value.getValueAsString()});
          }
        });
    new SearchExtras(asked, List.of(), List.of(), Map.of(), Map.of(), null, false, false)
        .keepIn(request);
  }

  private static List<Resource> find(
      Asked asked, Map<String, Section> wanted, @Nullable StringType cursor, int limit) {
    String[] from = cursor == null ? new String[0] : cursor.getValue().split("\\.", 2);
    if (from.length == 1 || (from.length == 2 && !wanted.containsKey(from[0]))) {
      throw new InvalidRequestException("The link to the next page is not one of ours.");
    }
    List<Resource> found = new ArrayList<>();
    boolean begun = from.length == 0;
    for (Map.Entry<String, Section> section : wanted.entrySet()) {
      boolean here = !begun && section.getKey().equals(from[0]);
      begun |= here;
      if (begun && found.size() < limit) {
        UUID after = here ? Page.uuid(from[1]) : null;
        found.addAll(section.getValue().find(asked, after, limit - found.size()));
      }
    }
    return found;
  }

  /** What he may search of what he wants; asked for by name, what he may not is refused. */
  private Map<String, Section> wanted(List<String> names, Actor actor, Resource himself) {
    Map<String, Section> all = sections(himself);
    Map<String, Section> wanted = new LinkedHashMap<>();
    for (String name : names) {
      if (!all.containsKey(name)) {
        throw new InvalidRequestException("_type: nothing of this type is kept of a patient.");
      }
    }
    all.forEach(
        (type, section) -> {
          if (names.contains(type) || (names.isEmpty() && permitted(type, actor))) {
            wanted.put(type, section);
          }
        });
    return wanted;
  }

  private boolean permitted(String type, Actor actor) {
    AccessDecision decision =
        switch (type) {
          case "Patient" -> AccessDecision.permit();
          case "Communication" -> policy.decideSearchMessages(actor);
          default -> policy.decideChart(actor, type, 's');
        };
    // how an alert stands is read besides; a person has those of his conversations as messages
    boolean readable =
        !type.equals("CommunicationRequest")
            || (actor.machine()
                && policy.decideChart(actor, type, 'r') instanceof AccessDecision.Permit);
    return readable && decision instanceof AccessDecision.Permit;
  }

  private Map<String, Section> sections(Resource himself) {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("Patient", (asked, after, limit) -> after == null ? List.of(himself) : List.of());
    sections.put("Encounter", this::encounters);
    CHART.forEach(type -> sections.put(type, (a, after, limit) -> chart(type, a, after, limit)));
    sections.put("Communication", this::messages);
    return sections;
  }

  private List<? extends Resource> encounters(Asked asked, @Nullable UUID after, int limit) {
    var query =
        new Encounters.Query(
            List.of(),
            List.of(asked.patient()),
            null,
            null,
            List.of(),
            asked.care().from(),
            asked.care().until(),
            after);
    return charts.encounters(asked.actor(), query, limit, asked.request()).stream()
        .map(ChartResources::encounter)
        .toList();
  }

  private List<? extends Resource> chart(
      String type, Asked asked, @Nullable UUID after, int limit) {
    var query =
        new Chart.Query(
            List.of(type),
            List.of(),
            List.of(asked.patient()),
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            asked.care().from(),
            asked.care().until(),
            asked.changed().from(),
            asked.changed().until(),
            Chart.Order.KEPT,
            after);
    List<Resource> found =
        charts.search(asked.actor(), type, query, limit, asked.request()).stream()
            .map(ChartResources::resource)
            .toList();
    if (type.equals("CommunicationRequest")) {
      alerts.settle(found, asked.actor());
    }
    return found;
  }

  private List<? extends Resource> messages(Asked asked, @Nullable UUID after, int limit) {
    MessageQuery query =
        MessageQuery.ofPatient(asked.patient(), asked.care(), asked.changed(), after);
    return communications.find(asked.actor(), query, limit, asked.request()).stream()
        .map(CommunicationMapper::toFhir)
        .toList();
  }

  private static List<String> names(@Nullable List<CodeType> types) {
    return types == null
        ? List.of()
        : types.stream()
            .filter(PrimitiveType::hasValue)
            .flatMap(t -> List.of(t.getValue().split(",")).stream())
            .toList();
  }

  private static @Nullable DateRangeParam range(
      @Nullable BaseDateTimeType start, @Nullable BaseDateTimeType end) {
    if (start == null && end == null) {
      return null;
    }
    var range = new DateRangeParam();
    if (start != null) {
      range.setLowerBound("ge" + start.getValueAsString());
    }
    if (end != null) {
      range.setUpperBound("le" + end.getValueAsString());
    }
    return range;
  }
}
