package org.wardline.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.jspecify.annotations.Nullable;

/**
 * Validates R4 resources against R4 itself, the profiles that they claim ({@code meta.profile}) and
 * those that they must keep to. Everything is at hand: no terminology server, no registry is asked.
 * Of code systems that are not in the folder only the form is looked at, with a warning.
 *
 * <p>The server loads this by a class loader that shares nothing with its own but the JDK, so its
 * face is of the JDK, too: {@link #apply} validates, {@link #get} says which profiles there are by
 * type of resource. Safe for many threads.
 */
public final class Validator
    implements BiFunction<String, List<String>, String>, Supplier<Map<String, Set<String>>> {
  private static final int MOST_ISSUES = 50;

  private final FhirContext fhir = FhirContext.forR4();
  private final PublishedProfiles published;
  private final FhirValidator validator;

  /**
   * Reads the profiles.
   *
   * @param folder with FHIR packages ({@code *.tgz}) and definitions ({@code *.json})
   * @throws IllegalArgumentException when one of them cannot be used, builds upon what is not
   *     there, or there is none
   */
  public Validator(Path folder) {
    published = new PublishedProfiles(fhir, folder);
    var chain =
        new ValidationSupportChain(
            published.support(),
            new DefaultProfileValidationSupport(fhir),
            new CommonCodeSystemsTerminologyService(fhir),
            new InMemoryTerminologyServerValidationSupport(fhir),
            new SnapshotGeneratingValidationSupport(fhir));
    published.complete(chain);
    var module = new FhirInstanceValidator(chain);
    module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    module.setErrorForUnknownProfiles(false);
    module.setAnyExtensionsAllowed(true);
    module.setAssumeValidRestReferences(true);
    validator = fhir.newValidator();
    validator.registerValidatorModule(module);
  }

  /**
   * What is wrong with a resource.
   *
   * @param json one resource
   * @param profiles that it must keep to, besides those it claims
   * @return an OperationOutcome in JSON, without issues when nothing is; each with the severity, a
   *     code, words, and in {@code expression} the place (FHIRPath)
   */
  @Override
  public String apply(String json, List<String> profiles) {
    var options = new ValidationOptions();
    profiles.forEach(options::addProfile);
    var outcome = new OperationOutcome();
    validator.validateWithResult(json, options).getMessages().stream()
        .filter(m -> m.getSeverity() != ResultSeverityEnum.INFORMATION)
        .sorted((a, b) -> b.getSeverity().compareTo(a.getSeverity())) // what counts comes first
        .limit(MOST_ISSUES)
        .forEach(m -> add(outcome, m));
    return fhir.newJsonParser().encodeResourceToString(outcome);
  }

  /** The profiles that were read, by the type of resource that they are for. */
  @Override
  public Map<String, Set<String>> get() {
    return published.ofResources();
  }

  private static void add(OperationOutcome outcome, SingleValidationMessage message) {
    var issue =
        outcome
            .addIssue()
            .setSeverity(IssueSeverity.fromCode(message.getSeverity().getCode()))
            .setCode(code(message.getMessageId()))
            .setDiagnostics(message.getMessage());
    if (message.getLocationString() != null) {
      issue.addExpression(message.getLocationString());
    }
  }

  /** The validator's own name of a finding tells the kind. */
  private static IssueType code(@Nullable String id) {
    String name = id == null ? "" : id;
    if (name.startsWith("http")) {
      return IssueType.INVARIANT;
    }
    if (name.startsWith("Terminology_")) {
      return IssueType.CODEINVALID;
    }
    return name.endsWith("_Minimum") ? IssueType.REQUIRED : IssueType.INVALID;
  }
}
