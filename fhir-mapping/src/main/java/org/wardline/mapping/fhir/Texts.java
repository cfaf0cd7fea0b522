package org.wardline.mapping.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import java.util.List;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.wardline.message.InvalidMessageException;

/** What is kept as it came must be text that comes back in JSON and in XML alike. */
final class Texts {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private Texts() {}

  /**
   * Looks through all values.
   *
   * @throws InvalidMessageException when one holds what is no character of XML 1.0 (section 2.2)
   */
  static void check(Resource resource) {
    for (PrimitiveType<?> value : all(resource, PrimitiveType.class)) {
      String text = value.getValueAsString();
      if (text != null && text.codePoints().anyMatch(Texts::none)) {
        throw new InvalidMessageException(
            resource.fhirType(), "a text of it holds what is no character");
      }
    }
  }

  private static boolean none(int point) {
    boolean control = point < ' ' && point != '\t' && point != '\n' && point != '\r';
    return control
        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
        || point == 0xFFFE
        || point == 0xFFFF;
  }

  /** Takes away, at every depth, extensions whose address begins so. */
  static void withoutExtensions(Resource resource, String root) {
    if (resource instanceof org.hl7.fhir.r4.model.DomainResource whole) {
      whole.getExtension().removeIf(e -> String.valueOf(e.getUrl()).startsWith(root));
    }
    for (Element element : all(resource, Element.class)) {
      element.getExtension().removeIf(e -> String.valueOf(e.getUrl()).startsWith(root));
    }
  }

  private static <T extends org.hl7.fhir.instance.model.api.IBase> List<T> all(
      Resource resource, Class<T> kind) {
    FhirTerser terser = FHIR.newTerser();
    return terser.getAllPopulatedChildElementsOfType(resource, kind);
  }
}
