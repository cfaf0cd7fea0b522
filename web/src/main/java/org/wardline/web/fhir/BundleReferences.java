package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** References within a bundle (FHIR R4 section 3.1.0.11.2). */
final class BundleReferences {
  private static final Pattern SEARCH = Pattern.compile("[A-Z][A-Za-z]+\\?.*");
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private BundleReferences() {}

  /**
   * References to entries of the same bundle become references to what was kept; a search for
   * somebody whom we may not know ({@code Practitioner?identifier=…}) becomes a reference by
   * number.
   */
  static void resolve(Resource posted, Map<String, String> known) {
    for (Attachment attachment :
        FHIR.newTerser().getAllPopulatedChildElementsOfType(posted, Attachment.class)) {
      String kept = attachment.hasUrl() ? known.get(attachment.getUrl()) : null;
      if (kept != null) {
        attachment.setUrl(kept);
      }
    }
    for (Reference reference :
        FHIR.newTerser().getAllPopulatedChildElementsOfType(posted, Reference.class)) {
      String literal = reference.getReference();
      if (literal == null) {
        continue;
      }
      String kept = known.get(literal);
      if (kept != null) {
        reference.setReference(kept);
      } else if (literal.contains("?identifier=")) {
        byNumber(reference, literal);
      } else if (SEARCH.matcher(literal).matches()) {
        throw new UnprocessableEntityException(
            "A reference by a search names one identifier: Type?identifier=system|value.");
      }
    }
  }

  /** A plus is one: it is a reference, not a form. */
  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value; // a percent sign that is meant as one
    }
  }

  private static void byNumber(Reference reference, String search) {
    String type = search.substring(0, search.indexOf('?'));
    String[] token = decoded(search.substring(search.indexOf('=') + 1)).split("\\|", 2);
    reference.setReference((String) null);
    reference.setType(type);
    reference.setIdentifier(
        new Identifier()
            .setSystem(token.length == 2 ? token[0] : null)
            .setValue(token[token.length - 1]));
  }
}
