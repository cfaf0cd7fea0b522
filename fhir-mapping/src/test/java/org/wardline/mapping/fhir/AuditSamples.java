package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;

/** Records of every kind, for the tests of what is made of them. */
final class AuditSamples {
  private static final Agent USER =
      new Agent(
          AgentPart.USER,
          "Practitioner/0190a0e0-0000-7000-8000-000000000001",
          "subject",
          "https://id.example",
          "Roe, Jo",
          List.of("physician"),
          null,
          "jti-1");
  private static final Agent CLIENT =
      new Agent(AgentPart.CLIENT, null, "wardline-web", null, "App", List.of(), "127.0.0.1", null);
  private static final Agent MACHINE =
      new Agent(
          AgentPart.CLIENT,
          "Device/0190a0e0-0000-7000-8000-000000000002",
          "ehr",
          null,
          "ehr",
          List.of(),
          "127.0.0.1",
          "jti-2");
  private static final Agent SERVER =
      new Agent(AgentPart.SERVER, null, "wardline", null, "Wardline", List.of(), null, null);
  static final List<Agent> PERSON = List.of(USER, CLIENT, SERVER);
  static final List<Agent> SYSTEM = List.of(MACHINE, SERVER);

  private AuditSamples() {}

  /** Every act, of a person and of a machine, about a patient and without, done and refused. */
  static Stream<AuditRecord> records() {
    return Stream.of(AuditAct.values())
        .flatMap(
            act ->
                Stream.of(true, false)
                    .flatMap(
                        patient ->
                            Stream.of(PERSON, SYSTEM)
                                .flatMap(
                                    agents ->
                                        Stream.of(Outcome.SUCCESS, Outcome.REFUSED)
                                            .map(o -> record(act, patient, agents, o)))));
  }

  static AuditRecord record(AuditAct act, boolean patient, List<Agent> agents, Outcome outcome) {
    Entity main =
        act.shape() == AuditAct.Shape.QUERY
            ? new Entity.Query("Communication?sent=gt2026-01-01")
            : new Entity.Data(
                "Communication/0190a0e0-0000-7000-8000-000000000003",
                List.of(
                    new Detail(
                        "commitment", Base64.getEncoder().encodeToString(new byte[32]), true),
                    new Detail("ordinal", "1", false)));
    var about = new Entity.Patient(UUID.fromString("0190a0e0-0000-7000-8000-000000000004"));
    return new AuditRecord(
        UUID.fromString("0190a0e0-0000-7000-8000-000000000005"),
        UUID.fromString("0190a0e0-0000-7000-8000-000000000006"),
        Instant.parse("2026-11-01T08:00:00Z"),
        act,
        outcome,
        outcome == Outcome.SUCCESS ? null : "denied",
        agents,
        patient
            ? List.of(
                about, main, new Entity.Cause("urn:uuid:0190a0e0-0000-7000-8000-000000000007"))
            : List.of(main));
  }
}
