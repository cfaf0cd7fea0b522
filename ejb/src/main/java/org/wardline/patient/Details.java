package org.wardline.patient;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What else is known of somebody, as the members of a resource in JSON. */
final class Details {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Details() {}

  /**
   * What was told later laid over what was told before, member by member; either may be empty. The
   * same that the database does with what it has.
   */
  static String over(String later, String earlier) {
    if (later.isEmpty() || earlier.isEmpty()) {
      return later.isEmpty() ? earlier : later;
    }
    try {
      var all = (ObjectNode) JSON.readTree(earlier);
      all.setAll((ObjectNode) JSON.readTree(later));
      return all.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("details are no JSON"); // without cause: it quotes them
    }
  }
}
