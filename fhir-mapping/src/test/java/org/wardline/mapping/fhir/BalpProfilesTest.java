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
import java.util.List;
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
import org.wardline.message.AuditRecord.Outcome;

/**
 * Each kind of AuditEvent that we write, before HAPI's validator with the published IHE BALP
 * package. Skipped aloud where the package is not at hand.
 */
class BalpProfilesTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
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

  @ParameterizedTest
  @MethodSource("org.wardline.mapping.fhir.AuditSamples#records")
  void what_we_write_is_valid(AuditRecord record) {
    assertThat(faults(AuditEventMapper.toFhir(record))).isEmpty();
  }

  @Test
  void the_check_itself_sees_what_a_profile_asks_for() {
    AuditEvent event =
        AuditEventMapper.toFhir(
            AuditSamples.record(AuditAct.MESSAGE_SENT, true, AuditSamples.PERSON, Outcome.SUCCESS));
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
}
