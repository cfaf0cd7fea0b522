package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestIntent;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestPriority;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.ChartRecords.About;
import org.wardline.mapping.hl7.Segments.Fields;

/**
 * ORM^O01, OML^O21 and OMG^O19: each ORC with its OBR is an order (v2-to-FHIR guide, messages
 * ORM_O01 and OML_O21, maps ORC[ServiceRequest], OBR[ServiceRequest]; OMG is mapped as OML).
 */
final class OrderMapper {
  private final Sender sender;
  private final ObservationMapper observations;
  private final ChartRecords chart;
  private final Map<UUID, String> states = new HashMap<>();

  /** How often a number came: what is told of an order without its detail is about the first. */
  private final Map<String, Integer> numbers = new HashMap<>();

  OrderMapper(Sender sender, ObservationMapper observations, ChartRecords chart) {
    this.sender = sender;
    this.observations = observations;
    this.chart = chart;
  }

  /** Maps; what became of orders of which only the state is told. */
  Map<UUID, String> map(Segments message) {
    Order order = null;
    int position = 0;
    for (Fields segment : message.all()) {
      switch (segment.name()) {
        case "ORC" -> {
          finish(order);
          order = new Order(segment, ++position);
        }
        case "OBR", "RXO", "ODS", "RQD" -> {
          if (order == null || order.detail != null) {
            Fields orc = order == null ? Fields.NONE : order.orc;
            finish(order);
            order = new Order(orc, ++position);
          }
          order.detail = segment;
        }
        case "TQ1" -> {
          if (order != null && order.timing == null) {
            order.timing = segment;
          }
        }
        case "OBX" -> {
          if (order != null) {
            order.results.add(segment);
            order.resultNotes.add(new ArrayList<>());
          }
        }
        case "NTE" -> {
          if (order != null) {
            List<Annotation> notes =
                order.results.isEmpty()
                    ? order.notes
                    : order.resultNotes.get(order.results.size() - 1);
            Sender.note(segment).ifPresent(notes::add);
          }
        }
        default -> {
          // counted elsewhere
        }
      }
    }
    finish(order);
    return states;
  }

  /** An ORC with what follows it. */
  private static final class Order {
    private final Fields orc;
    private final int position;
    private @Nullable Fields detail;
    private @Nullable Fields timing;
    private final List<Fields> results = new ArrayList<>();
    private final List<List<Annotation>> resultNotes = new ArrayList<>();
    private final List<Annotation> notes = new ArrayList<>();

    private Order(Fields orc, int position) {
      this.orc = orc;
      this.position = position;
    }

    private Fields obr() {
      return detail != null && detail.name().equals("OBR") ? detail : Fields.NONE;
    }

    private Fields tq1() {
      return timing == null ? Fields.NONE : timing;
    }
  }

  private void finish(@Nullable Order order) {
    if (order == null) {
      return;
    }
    Fields orc = order.orc;
    Fields obr = order.obr();
    Identifier placer = number(orc, obr, 2, "PLAC");
    Identifier filler = number(orc, obr, 3, "FILL");
    Identifier key = placer.hasValue() ? placer : filler;
    String within = within(key, order);
    UUID id = chart.id("ServiceRequest", key, within);
    ServiceRequestStatus status = status(orc);
    if (order.detail == null && status != ServiceRequestStatus.ACTIVE) {
      states.put(id, status.toCode());
      return;
    }
    var request = new ServiceRequest();
    request.setIntent(ServiceRequestIntent.ORDER);
    request.setStatus(status);
    for (Identifier number : List.of(placer, filler)) {
      if (number.hasValue()) {
        request.addIdentifier(number);
      }
    }
    if (!orc.get(4).isEmpty()) {
      request.setRequisition(sender.ei(orc.value(4), null));
    }
    request.setCode(code(order));
    priority(order).ifPresent(request::setPriority);
    sender.time(orc.get(9)).ifPresent(request::setAuthoredOnElement);
    Value requester =
        orc.get(12).isEmpty() && orc.get(12, 2).isEmpty() ? obr.value(16) : orc.value(12);
    sender.xcn(requester).ifPresent(request::setRequester);
    sender
        .time(Sender.firstOf(order.tq1().get(7), obr.get(36), obr.get(6), orc.get(7, 4)))
        .ifPresent(time -> request.setOccurrence((Type) time));
    obr.values(31)
        .forEach(
            v -> {
              CodeableConcept reason = sender.cwe(v);
              if (!reason.isEmpty()) {
                request.addReasonCode(reason);
              }
            });
    order.notes.forEach(request::addNote);
    supporting(order, key, within).forEach(request::addSupportingInfo);
    chart.add(
        id,
        request,
        new About(
            request.getIdentifier(),
            request.getCode(),
            request.getStatus().toCode(),
            sender.instant(orc.get(9)).orElse(null),
            null));
  }

  private String within(Identifier key, Order order) {
    if (!key.hasValue()) {
      return String.valueOf(order.position);
    }
    int nth = numbers.merge(key.getSystem() + "|" + key.getValue(), 1, Integer::sum);
    return nth == 1 ? "" : String.valueOf(nth);
  }

  private Identifier number(Fields orc, Fields obr, int field, String type) {
    Value value = orc.get(field).isEmpty() ? obr.value(field) : orc.value(field);
    return value.text().isEmpty() ? new Identifier() : sender.ei(value, type);
  }

  /** ORC-5 where it says something, else what ORC-1 does to it. */
  private static ServiceRequestStatus status(Fields orc) {
    return ServiceRequestStatus.fromCode(
        CodeTables.find(CodeTables.ORDER_STATUS, orc.get(5))
            .or(() -> CodeTables.find(CodeTables.ORDER_CONTROL, orc.get(1)))
            .orElse("unknown"));
  }

  private CodeableConcept code(Order order) {
    Fields detail = order.detail == null ? Fields.NONE : order.detail;
    CodeableConcept code =
        switch (detail.name()) {
          case "OBR" -> sender.cwe(detail.value(4));
          case "RXO" -> sender.cwe(detail.value(1));
          case "ODS" -> sender.cwe(detail.value(3));
          case "RQD" -> sender.cwe(detail.value(2));
          default -> new CodeableConcept();
        };
    return code.isEmpty() ? new CodeableConcept().setText("(not named)") : code;
  }

  private static java.util.Optional<ServiceRequestPriority> priority(Order order) {
    for (String code :
        List.of(
            order.tq1().get(9), order.obr().get(5), order.obr().get(27, 6), order.orc.get(7, 6))) {
      var found = CodeTables.find(CodeTables.PRIORITY, code.toUpperCase(Locale.ROOT));
      if (found.isPresent()) {
        return found.map(ServiceRequestPriority::fromCode);
      }
    }
    return java.util.Optional.empty();
  }

  /** What the orderer tells beside the order: asked at order entry. */
  private List<Reference> supporting(Order order, Identifier key, String within) {
    List<Reference> references = new ArrayList<>();
    for (int i = 0; i < order.results.size(); i++) {
      Fields obx = order.results.get(i);
      Observation observation = observations.map(obx, "", order.resultNotes.get(i));
      references.add(
          chart.add(
              chart.id("Observation", key, "order|" + within + "|" + (i + 1)),
              observation,
              new About(
                  List.of(),
                  observation.getCode(),
                  observation.getStatus().toCode(),
                  sender.instant(obx.get(14)).orElse(null),
                  null)));
    }
    return references;
  }
}
