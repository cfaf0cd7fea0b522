package org.wardline.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
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
import org.hl7.fhir.utilities.json.parser.JsonParser;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String WARD =
      "https://hospital.example/fhir/StructureDefinition/ward-patient";

  private static final String RESULT =
      "https://hospital.example/fhir/StructureDefinition/signed-result";

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
    assertThat(validator.get())
        .isEqualTo(Map.of("Patient", Set.of(WARD), "Observation", Set.of(RESULT)));
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
        "{\"resourceType\":\"Patient\",\"id\":\"0198f0c2-0000-7000-8000-000000000000\"}; Patient; REQUIRED; birthDate",
        "{\"resourceType\":\"Patient\",\"id\":\"1\",\"meta\":{\"versionId\":\"2\"}}; Patient; REQUIRED; birthDate",
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
  void a_package_whose_files_have_names_of_their_own_is_read_whole() throws Exception {
    pack("4.0.1", Map.of("Ward Patient (draft).json", ward(), "notes.json", "{\"a\":1}"));
    assertThat(new Validator(folder).get()).isEqualTo(Map.of("Patient", Set.of(WARD)));
  }

  @Test
  void a_package_for_another_fhir_or_without_definitions_is_a_fault() throws Exception {
    pack("5.0.0", Map.of("a.json", ward()));
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("5.0.0");
    pack("4.0.1", Map.of("a.json", "{\"resourceType\":\"Patient\"}"));
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("no definition in it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{; cannot be used",
        "{\"resourceType\":\"Patient\"}; it is a Patient",
        "\"differential\"=\"diferential\"; diferential",
        "StructureDefinition/Patient\"=StructureDefinition/Nobody\"; Nobody",
        "4.0.1=5.0.0; made for FHIR 5.0.0"
      })
  void a_definition_that_cannot_be_used_is_named(String change, String words) throws Exception {
    String[] parts = change.split("=", 2);
    String json = parts.length == 2 ? ward().replace(parts[0], parts[1]) : change;
    Files.writeString(folder.resolve("faulty.json"), json);
    assertThatThrownBy(() -> new Validator(folder))
        .hasMessageContaining(words)
        .message()
        .containsAnyOf("faulty.json", WARD);
  }

  @Test
  void without_a_profile_there_is_nothing_to_check() throws IOException {
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("no profile");
    assertThatThrownBy(() -> new Validator(folder.resolve("nowhere")))
        .hasMessageContaining("cannot be read");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("empty.tgz")))) {
      out.write(new byte[1024]);
    }
    assertThatThrownBy(() -> new Validator(folder)).hasMessageContaining("empty.tgz");
  }

  private static String ward() throws IOException, URISyntaxException {
    return Files.readString(
        Path.of(
            Objects.requireNonNull(ValidatorTest.class.getResource("/sample/ward-patient.json"))
                .toURI()));
  }

  private void pack(String fhirVersion, Map<String, String> files) throws IOException {
    NpmPackage made = NpmPackage.empty();
    made.setNpm(
        JsonParser.parseObject(
            "{\"name\":\"hospital.wards\",\"version\":\"1.0.0\",\"fhirVersions\":[\"%s\"]}"
                .formatted(fhirVersion)));
    files.forEach(
        (name, json) -> made.addFile("package", name, json.getBytes(StandardCharsets.UTF_8), ""));
    try (OutputStream out = Files.newOutputStream(folder.resolve("wards.tgz"))) {
      made.save(out);
    }
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
