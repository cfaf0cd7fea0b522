package org.wardline.mapping.fhir;

import org.hl7.fhir.r4.model.BackboneElement;
import org.hl7.fhir.r4.model.DomainResource;
import org.wardline.message.InvalidMessageException;

/**
 * Elements that may turn what a resource says into its opposite (FHIR R4, sections 2.4.0.2.1 and
 * 2.26.3): who does not understand them must not act on it. Messages and alerts are acted on.
 */
final class Modifiers {
  private Modifiers() {}

  /**
   * Refuses those that nothing here understands.
   *
   * @throws InvalidMessageException naming the element
   */
  static void refuse(DomainResource posted) {
    if (posted.hasImplicitRules()) {
      throw fault(posted.fhirType() + ".implicitRules");
    }
    if (posted.hasModifierExtension()) {
      throw fault(posted.fhirType() + ".modifierExtension");
    }
  }

  /** The same of a part of it. */
  static void refuse(BackboneElement part, String at) {
    if (part.hasModifierExtension()) {
      throw fault(at + ".modifierExtension");
    }
  }

  private static InvalidMessageException fault(String element) {
    return new InvalidMessageException(
        element, "it may change what the rest means, and is not understood here");
  }
}
