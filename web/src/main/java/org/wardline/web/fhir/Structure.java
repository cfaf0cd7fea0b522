package org.wardline.web.fhir;

import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ScalarType;
import ca.uhn.fhir.parser.json.BaseJsonLikeValue.ValueType;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * What the library would leave out of a resource, and say nothing: an element that R4 does not have
 * there, a second value where there is one, a text where an object belongs. A clinician would miss
 * what the client believes to have told, so the whole is refused (FHIR R4, section 3.1.0.8: 400
 * where basic validation fails).
 */
final class Structure extends LenientErrorHandler {
  private static final int LONGEST_NAME = 64;

  Structure() {
    super(false);
  }

  /** Something in a resource that would not be kept. */
  static final class UnsoundException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;
    private final String element;

    UnsoundException(String element, String words) {
      super(element + " " + words);
      this.element = element;
    }

    /** Where it stands, by the names of the last two elements. */
    String element() {
      return element;
    }
  }

  @Override
  public void unknownElement(@Nullable IParseLocation location, String name) {
    throw unsound(location, name, "is no element of FHIR R4.");
  }

  @Override
  public void unknownAttribute(@Nullable IParseLocation location, String name) {
    if (name.equals("schemaLocation")) { // of XML Schema, allowed everywhere
      return;
    }
    throw unsound(location, name, "is no attribute of FHIR R4.");
  }

  @Override
  public void unexpectedRepeatingElement(@Nullable IParseLocation location, String name) {
    throw unsound(location, name, "has one value at most.");
  }

  @Override
  @SuppressWarnings("checkstyle:ParameterNumber")
  public void incorrectJsonType(
      @Nullable IParseLocation location,
      String name,
      ValueType expected,
      @Nullable ScalarType expectedScalar,
      ValueType found,
      @Nullable ScalarType foundScalar) {
    if (expected != found) {
      throw unsound(location, name, "has the wrong JSON type.");
    }
    super.incorrectJsonType(location, name, expected, expectedScalar, found, foundScalar);
  }

  /** The location names the element itself. */
  @Override
  public void invalidValue(@Nullable IParseLocation location, String value, String error) {
    if (value == null || value.isBlank()) {
      super.invalidValue(location, value, error);
      return;
    }
    String element = location == null ? null : location.getParentElementName();
    throw new UnsoundException(element == null ? "" : element, "has a value that it cannot have.");
  }

  private static UnsoundException unsound(
      @Nullable IParseLocation location, String name, String words) {
    String parent = location == null ? null : location.getParentElementName();
    String shown = name.substring(0, Math.min(LONGEST_NAME, name.length()));
    return new UnsoundException(parent == null ? shown : parent + "." + shown, words);
  }
}
