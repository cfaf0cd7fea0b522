package org.wardline.mapping.hl7;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.ChartCodes;
import org.wardline.mapping.hl7.ChartRecords.About;
import org.wardline.mapping.hl7.Segments.Fields;
import org.wardline.message.CriticalFinding;
import org.wardline.message.OrderNumber;

/**
 * ORU (and ORU^R40 of IHE PCD-04): each OBR is a report, each OBX a result of it (v2-to-FHIR guide,
 * message ORU_R01, maps OBR[DiagnosticReport], OBX[Observation]).
 */
final class ResultMapper {
  private final Sender sender;
  private final ObservationMapper observations;
  private final ChartRecords chart;

  /** The number of what has none of its own: of the stay, or the patient; empty for none. */
  private final Identifier around;

  /** How often a number came with one code: two organisms of one culture are two reports. */
  private final Map<String, Integer> groups = new HashMap<>();

  ResultMapper(
      Sender sender, ObservationMapper observations, ChartRecords chart, Identifier around) {
    this.around = around;
    this.sender = sender;
    this.observations = observations;
    this.chart = chart;
  }

  void map(Segments message) {
    Group group = new Group(null, Fields.NONE);
    Fields orc = Fields.NONE;
    for (Fields segment : message.all()) {
      switch (segment.name()) {
        case "ORC" -> orc = segment;
        case "OBR" -> {
          group.finish();
          group = new Group(segment, orc);
          orc = Fields.NONE;
        }
        case "OBX" -> group.results.add(new Result(segment));
        case "NTE" -> Sender.note(segment).ifPresent(group::note);
        case "SPM", "PV1", "PID" -> group.closeNotes();
        default -> {
          // counted elsewhere
        }
      }
    }
    group.finish();
  }

  /** An OBX with the notes that follow it. */
  private static final class Result {
    private final Fields obx;
    private final List<Annotation> notes = new ArrayList<>();

    private Result(Fields obx) {
      this.obx = obx;
    }
  }

  /** An OBR with what follows it. */
  private final class Group {
    private final @Nullable Fields obr;
    private final Fields orc;
    private final List<Result> results = new ArrayList<>();
    private final List<Annotation> notes = new ArrayList<>();
    private boolean open = true;

    private Group(@Nullable Fields obr, Fields orc) {
      this.obr = obr;
      this.orc = orc;
    }

    private void note(Annotation note) {
      if (!open) {
        return;
      }
      if (results.isEmpty()) {
        notes.add(note);
      } else {
        results.get(results.size() - 1).notes.add(note);
      }
    }

    private void closeNotes() {
      open = false;
    }

    private Identifier number(int field, String type) {
      Fields detail = obr == null ? Fields.NONE : obr;
      Value value = detail.get(field).isEmpty() ? orc.value(field) : detail.value(field);
      return value.text().isEmpty() ? new Identifier() : sender.ei(value, type);
    }

    private void finish() {
      if (obr == null && results.isEmpty()) {
        return;
      }
      Identifier filler = number(3, "FILL");
      Identifier placer = number(2, "PLAC");
      Identifier own = filler.hasValue() ? filler : placer;
      Identifier key = own.hasValue() ? own : around;
      String what = obr == null ? "" : Sender.firstOf(obr.get(4), obr.get(1));
      int nth = groups.merge(key.getSystem() + "|" + key.getValue() + "|" + what, 1, Integer::sum);
      String within = nth == 1 ? what : what + "|" + nth;
      List<Reference> references = results(key, within);
      if (obr != null) {
        report(filler, placer, chart.id("DiagnosticReport", key, within), references);
      }
    }

    private List<Reference> results(Identifier key, String within) {
      List<Reference> references = new ArrayList<>();
      Map<String, Integer> seen = new HashMap<>();
      for (Result result : results) {
        Fields obx = result.obx;
        Identifier own = obx.get(21).isEmpty() ? new Identifier() : sender.ei(obx.value(21), null);
        String name = within + "|" + Sender.firstOf(obx.get(3), obx.get(3, 2)) + "|" + obx.get(4);
        String nth = name + "|" + seen.merge(name, 1, Integer::sum);
        Observation observation =
            observations.map(obx, obr == null ? "" : obr.get(7), result.notes);
        new DiagnosticSection(obr == null ? "" : obr.get(24))
            .ofResult()
            .ifPresent(observation::addCategory);
        if (own.hasValue()) {
          observation.addIdentifier(own);
        }
        references.add(
            chart.add(
                own.hasValue()
                    ? chart.id("Observation", own, obx.get(3))
                    : chart.id("Observation", key, nth),
                observation,
                new About(
                    observation.getIdentifier(),
                    observation.getCode(),
                    observation.getStatus().toCode(),
                    sender
                        .instant(Sender.firstOf(obx.get(14), obr == null ? "" : obr.get(7)))
                        .orElse(null),
                    critical(obx))));
      }
      return references;
    }

    private @Nullable CriticalFinding critical(Fields obx) {
      CriticalFinding finding = observations.critical(obx);
      return finding == null
          ? null
          : finding.of(new OrderNumber(entityIdentifier(2), entityIdentifier(3)));
    }

    /** EI as it came: whoever gave the number must find it again. */
    private String entityIdentifier(int field) {
      Fields detail = obr == null ? Fields.NONE : obr;
      Value value = detail.get(field).isEmpty() ? orc.value(field) : detail.value(field);
      return IntStream.rangeClosed(1, 4)
          .mapToObj(component -> SegmentWriter.escape(value.c(component)))
          .collect(Collectors.joining("^"))
          .replaceFirst("\\^+$", "");
    }

    private void report(
        Identifier filler, Identifier placer, java.util.UUID id, List<Reference> references) {
      Fields detail = java.util.Objects.requireNonNull(obr);
      var report = new DiagnosticReport();
      for (Identifier number : List.of(placer, filler)) {
        if (number.hasValue()) {
          report.addIdentifier(number);
        }
      }
      report.setStatus(
          DiagnosticReportStatus.fromCode(
              CodeTables.find(CodeTables.REPORT_STATUS, detail.get(25)).orElse("unknown")));
      CodeableConcept code = sender.cwe(detail.value(4));
      report.setCode(code.isEmpty() ? new CodeableConcept().setText("(not named)") : code);
      new DiagnosticSection(detail.get(24)).ofReport().ifPresent(report::addCategory);
      if (!detail.get(8).isEmpty() && sender.time(detail.get(8)).isPresent()) {
        report.setEffective(sender.period(detail.get(7), detail.get(8)));
      } else {
        sender.time(detail.get(7)).ifPresent(report::setEffective);
      }
      sender.instant(detail.get(22)).map(java.util.Date::from).ifPresent(report::setIssued);
      sender.ndl(detail.value(32)).ifPresent(report::addResultsInterpreter);
      if (placer.hasValue()) {
        report.addBasedOn(new Reference().setType("ServiceRequest").setIdentifier(placer));
      }
      references.forEach(report::addResult);
      files(report);
      notes.forEach(
          note ->
              report.addExtension(
                  new Extension(
                      "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note",
                      note)));
      chart.add(
          id,
          report,
          new About(
              report.getIdentifier(),
              report.getCode(),
              report.getStatus().toCode(),
              ChartCodes.reported(report),
              null));
    }

    /** A whole report as a file stands beside its results. */
    private void files(DiagnosticReport report) {
      for (Result result : results) {
        if (result.obx.get(2).equals("ED")) {
          for (Value value : result.obx.values(5)) {
            observations
                .attachment("ED", value)
                .map(file -> title(file, result.obx))
                .ifPresent(report::addPresentedForm);
          }
        }
      }
    }

    private static Attachment title(Attachment file, Fields obx) {
      String title = Sender.firstOf(obx.get(3, 2), obx.get(3));
      return title.isEmpty() ? file : file.setTitle(title);
    }
  }
}
