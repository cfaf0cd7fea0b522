package org.wardline.launcher;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** HAPI's validator with the definitions of R4, and nothing of the network. */
final class R4Validator {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private final FhirValidator validator = FHIR.newValidator();

  R4Validator() {
    var module =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR)));
    module.setAnyExtensionsAllowed(true);
    validator.registerValidatorModule(module);
  }

  /**
   * What is wrong with it.
   *
   * @param what it is, for the words
   * @param resource in JSON or XML
   */
  List<String> faults(String what, String resource) {
    return validator.validateWithResult(resource).getMessages().stream()
        .filter(m -> m.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .map(m -> what + " " + m.getLocationString() + ": " + m.getMessage())
        .toList();
  }
}
