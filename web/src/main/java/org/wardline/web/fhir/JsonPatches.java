package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import java.io.StringReader;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** JSON Patch (RFC 6902) on resources, by the platform's own JSON-P. */
final class JsonPatches {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** Far more than a correction needs; each copy may double what is there. */
  private static final int MOST_OPERATIONS = 100;

  private static final int MOST_COPIES = 4;
  private static final int LONGEST = 100_000;

  private JsonPatches() {}

  /**
   * What a resource becomes.
   *
   * @throws UnclassifiedServerFailureException (415) when it is another kind of patch
   * @throws InvalidRequestException when it is no patch at all
   * @throws UnprocessableEntityException when it does not fit to this resource, a test of it fails,
   *     or what it makes is no resource of that type and id
   */
  static Resource apply(Resource now, PatchTypeEnum format, String patch) {
    if (format != PatchTypeEnum.JSON_PATCH) {
      throw new UnclassifiedServerFailureException(
          415, "A patch is a JSON Patch (application/json-patch+json).");
    }
    Resource patched = parsed(now.getClass(), patched(now, operations(patch)));
    if (!now.getIdElement().getIdPart().equals(patched.getIdElement().getIdPart())) {
      throw new UnprocessableEntityException("A patch cannot change the id.");
    }
    return patched;
  }

  private static JsonArray operations(String patch) {
    if (patch.length() > LONGEST) {
      throw new InvalidRequestException("A JSON Patch has at most " + LONGEST + " characters.");
    }
    try (JsonReader reader = Json.createReader(new StringReader(patch))) {
      if (reader.read() instanceof JsonArray operations
          && operations.size() <= MOST_OPERATIONS
          && operations.stream().allMatch(JsonPatches::sound)
          && operations.stream().filter(JsonPatches::copies).count() <= MOST_COPIES) {
        return operations;
      }
    } catch (JsonException e) {
      // told below
    }
    throw new InvalidRequestException(
        "A JSON Patch is an array of at most "
            + MOST_OPERATIONS
            + " operations, each with op, path, and value or from (RFC 6902); at most "
            + MOST_COPIES
            + " copy.");
  }

  private static boolean sound(JsonValue value) {
    if (!(value instanceof JsonObject operation)
        || !(operation.get("op") instanceof JsonString op)
        || !pointer(operation.get("path"))) {
      return false;
    }
    return switch (op.getString()) {
      case "add", "replace", "test" -> operation.containsKey("value");
      case "move", "copy" -> pointer(operation.get("from"));
      default -> op.getString().equals("remove");
    };
  }

  private static boolean copies(JsonValue operation) {
    return operation.asJsonObject().getString("op").equals("copy");
  }

  /** RFC 6901: empty, or begins with a slash. */
  private static boolean pointer(@Nullable JsonValue value) {
    return value instanceof JsonString text
        && (text.getString().isEmpty() || text.getString().startsWith("/"));
  }

  private static String patched(Resource now, JsonArray operations) {
    String json = FHIR.newJsonParser().encodeResourceToString(now);
    try (JsonReader reader = Json.createReader(new StringReader(json))) {
      JsonStructure before = reader.read();
      return Json.createPatch(operations).apply(before).toString();
    } catch (JsonException e) {
      // its text would repeat what stands in the resource
      throw new UnprocessableEntityException(
          "The patch does not fit: a path is not there, or a test fails.");
    }
  }

  private static <T extends Resource> T parsed(Class<T> type, String json) {
    try {
      var parser = FHIR.newJsonParser();
      parser.setParserErrorHandler(new StrictErrorHandler());
      return parser.parseResource(type, json);
    } catch (DataFormatException e) {
      throw new UnprocessableEntityException(
          "What the patch makes is no sound " + type.getSimpleName() + ".");
    }
  }
}
