package org.wardline.mapping.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.AuditRecord.Outcome;

/**
 * Each kind of AuditEvent that we write, before HAPI's validator with the published IHE BALP
 * package. Skipped aloud where the package is not at hand.
 */
class BalpProfilesTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
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
  private static FhirValidator validator;

  @BeforeAll
  static void readPackage() throws IOException {
    Path folder = Path.of(System.getProperty("wardline.test.data", "none"), "fhir", "balp");
    Path balp;
    try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      balp = files.filter(f -> f.toString().endsWith(".tgz")).findFirst().orElse(null);
    }
    assumeTrue(balp != null, "the BALP package is not in " + folder);
    var published = new PrePopulatedValidationSupport(FHIR);
    try (InputStream in = Files.newInputStream(balp)) {
      NpmPackage npm = NpmPackage.fromPackage(in);
      for (String name : npm.list("package")) {
        if (name.matches("(StructureDefinition|ValueSet|CodeSystem)-.*\\.json")) {
          add(
              published,
              new String(npm.load("package", name).readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    var chain =
        new ValidationSupportChain(
            published,
            new DefaultProfileValidationSupport(FHIR),
            new InMemoryTerminologyServerValidationSupport(FHIR),
            new CommonCodeSystemsTerminologyService(FHIR),
            new SnapshotGeneratingValidationSupport(FHIR));
    validator = FHIR.newValidator();
    validator.registerValidatorModule(new FhirInstanceValidator(chain));
  }

  private static void add(PrePopulatedValidationSupport published, String json) {
    var resource = FHIR.newJsonParser().parseResource(json);
    if (resource instanceof StructureDefinition profile) {
      published.addStructureDefinition(profile);
    } else if (resource instanceof ValueSet valueSet) {
      published.addValueSet(valueSet);
    } else if (resource instanceof CodeSystem codeSystem) {
      published.addCodeSystem(codeSystem);
    }
  }

  /** Every act, of a person and of a machine, about a patient and without, done and refused. */
  static Stream<AuditRecord> records() {
    return Stream.of(AuditAct.values())
        .flatMap(
            act ->
                Stream.of(true, false)
                    .flatMap(
                        patient ->
                            Stream.of(List.of(USER, CLIENT, SERVER), List.of(MACHINE, SERVER))
                                .flatMap(
                                    agents ->
                                        Stream.of(Outcome.SUCCESS, Outcome.REFUSED)
                                            .map(o -> record(act, patient, agents, o)))));
  }

  @ParameterizedTest
  @MethodSource("records")
  void what_we_write_is_valid(AuditRecord record) {
    assertThat(faults(AuditEventMapper.toFhir(record))).isEmpty();
  }

  @Test
  void the_check_itself_sees_what_a_profile_asks_for() {
    AuditEvent event =
        AuditEventMapper.toFhir(
            record(AuditAct.MESSAGE_SENT, true, List.of(USER, CLIENT, SERVER), Outcome.SUCCESS));
    event.getEntity().remove(0); // the patient, which PatientCreate asks for
    assertThat(faults(event)).isNotEmpty();
  }

  private static List<String> faults(AuditEvent event) {
    return validator
        .validateWithResult(FHIR.newJsonParser().encodeResourceToString(event))
        .getMessages()
        .stream()
        .filter(m -> m.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(BalpProfilesTest::said)
        .toList();
  }

  private static String said(SingleValidationMessage message) {
    return message.getLocationString() + ": " + message.getMessage();
  }

  private static AuditRecord record(
      AuditAct act, boolean patient, List<Agent> agents, Outcome outcome) {
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
        patient ? List.of(about, main) : List.of(main));
  }
}
