package org.wardline.web.fhir;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Where in a resource in JSON an element stands of which the parser says the name alone. */
final class BodyPlaces {
  private static final JsonFactory JSON = new JsonFactory();

  private BodyPlaces() {}

  /**
   * The path of the one element of that name; empty when there are several, or it is no JSON.
   *
   * @param type of the resource
   */
  static Optional<String> of(byte[] body, String name, String type) {
    Set<String> found = new LinkedHashSet<>();
    try (JsonParser json = JSON.createParser(body)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && means(name, json.currentName())) {
          json.nextToken(); // the value, which the name is the place of
          found.add(path(json.getParsingContext().pathAsPointer(), type, name));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return found.size() == 1 ? found.stream().findFirst() : Optional.empty();
  }

  /** Of a choice of types the parser says the name without the type ({@code value}). */
  private static boolean means(String name, String written) {
    return written.startsWith(name)
        && (written.length() == name.length()
            || Character.isUpperCase(written.charAt(name.length())));
  }

  /** Up to the name itself: of a value that is an array, not one of its entries. */
  private static String path(JsonPointer pointer, String type, String name) {
    var path = new StringBuilder(type);
    for (JsonPointer at = pointer; at != null && !at.matches(); at = at.tail()) {
      if (at.mayMatchElement()) {
        path.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        boolean last = means(name, at.getMatchingProperty());
        path.append('.').append(last ? name : at.getMatchingProperty());
        if (last) {
          break;
        }
      }
    }
    return path.toString();
  }
}
