package org.wardline.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String WARD =
      "https://hospital.example/fhir/StructureDefinition/ward-patient";

  @SuppressWarnings("NullAway.Init")
  private static Validator validator;

  @TempDir private Path folder;

  @BeforeAll
  static void read() throws URISyntaxException {
    validator =
        new Validator(
            Path.of(Objects.requireNonNull(ValidatorTest.class.getResource("/sample")).toURI()));
  }

  @Test
  void the_profiles_are_known_by_type() {
    assertThat(validator.get()).isEqualTo(Map.of("Patient", Set.of(WARD)));
  }

  @Test
  void what_keeps_to_the_profile_has_no_fault() {
    assertThat(
            errors(
                """
                {"resourceType":"Patient","birthDate":"1980-02-03","maritalStatus":{"coding":[
                  {"system":"https://hospital.example/fhir/CodeSystem/living","code":"alone"}]}}""",
                WARD))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"resourceType\":\"Patient\"}; Patient; REQUIRED; birthDate",
        "{\"resourceType\":\"Patient\",\"birthDate\":\"1980-02-03\",\"deceasedBoolean\":true,\"telecom\":[{\"system\":\"phone\",\"value\":\"1\"}]}; Patient; INVARIANT; Who is dead",
        "{\"resourceType\":\"Patient\",\"birthDate\":\"1980-02-03\",\"maritalStatus\":{\"coding\":[{\"system\":\"https://hospital.example/fhir/CodeSystem/living\",\"code\":\"afloat\"}]}}; Patient.maritalStatus; CODEINVALID; living",
        "{\"resourceType\":\"Patient\",\"birthDate\":\"1980-02-03\",\"contact\":[{\"period\":{\"start\":\"2020\"}}]}; Patient.contact[0]; INVARIANT; contact"
      })
  void each_fault_is_told_with_its_place_and_kind(
      String json, String place, IssueType code, String words) {
    assertThat(errors(json, WARD))
        .anySatisfy(
            issue -> {
              assertThat(issue.getExpression().get(0).getValue()).isEqualTo(place);
              assertThat(issue.getCode()).isEqualTo(code);
              assertThat(issue.getDiagnostics()).contains(words);
            });
  }

  @Test
  void a_profile_that_is_claimed_counts_and_one_that_nobody_asks_for_does_not() {
    assertThat(errors("{\"resourceType\":\"Patient\",\"meta\":{\"profile\":[\"" + WARD + "\"]}}"))
        .isNotEmpty();
    assertThat(errors("{\"resourceType\":\"Patient\"}")).isEmpty();
  }

  @Test
  void a_claimed_profile_that_is_not_at_hand_is_a_warning() {
    String claimed =
        "{\"resourceType\":\"Patient\",\"meta\":{\"profile\":[\"https://elsewhere.example/p\"]}}";
    assertThat(errors(claimed)).isEmpty();
    assertThat(issues(claimed))
        .anySatisfy(i -> assertThat(i.getDiagnostics()).contains("elsewhere.example"));
  }

  @Test
  void codes_of_terminologies_that_are_not_at_hand_are_taken() {
    assertThat(
            errors(
                """
                {"resourceType":"Observation","status":"final","code":{"coding":[
                  {"system":"http://loinc.org","code":"2823-3"},{"system":"http://snomed.info/sct","code":"271236005"}]},
                  "valueQuantity":{"value":6.1,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}"""))
        .isEmpty();
  }

  @Test
  void a_package_is_read_and_says_for_which_fhir_it_is() throws IOException {
    Path data = Path.of(System.getProperty("wardline.test.data", "none"), "fhir", "balp");
    assumeTrue(Files.isDirectory(data), "the BALP package is not in " + data);
    try (Stream<Path> packages = Files.list(data)) {
      for (Path file : packages.filter(f -> f.toString().endsWith(".tgz")).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    assertThat(new Validator(folder).get().get("AuditEvent"))
        .contains(
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead");
  }

  @Test
  void what_cannot_be_used_is_named() throws IOException {
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("no profile");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{");
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("broken.json");
    Files.writeString(broken, "{\"resourceType\":\"Patient\"}");
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("it is a Patient");
    Files.delete(broken);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("empty.tgz")))) {
      out.write(new byte[1024]);
    }
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("empty.tgz");
    assertThatThrownBy(() -> new Validator(folder.resolve("nowhere")))
        .hasMessageContaining("cannot be read");
  }

  private static List<OperationOutcomeIssueComponent> errors(String json, String... profiles) {
    return issues(json, profiles).stream()
        .filter(i -> i.getSeverity() == IssueSeverity.ERROR)
        .toList();
  }

  private static List<OperationOutcomeIssueComponent> issues(String json, String... profiles) {
    String outcome = validator.apply(json, List.of(profiles));
    return FHIR.newJsonParser().parseResource(OperationOutcome.class, outcome).getIssue();
  }
}
