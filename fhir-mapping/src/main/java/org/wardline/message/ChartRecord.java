package org.wardline.message;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that a system says about a patient: a result, a report, an order, a document, an
 * appointment. Whose it is stands beside it, never in it, so that a merge of two patients changes
 * the link and not the content.
 *
 * @param type FHIR resource type, such as {@code Observation}
 * @param id made of the sender's own key by {@link Identifiers#named}: the same thing sent again
 *     has the same id
 * @param json the FHIR resource as JSON, without subject and encounter
 * @param identifiers business identifiers by which it is found
 * @param codeSystem of {@code code}; may be empty
 * @param code what it is about, such as a LOINC code; may be empty
 * @param further codes by which it is found, beside that one
 * @param display what it is about, for people; may be empty
 * @param status FHIR status, such as {@code final}
 * @param at clinically relevant time; null when not given
 * @param visitSystem assigning authority of the visit number
 * @param visitNumber the stay to which it belongs; empty when not given
 * @param critical somebody must know it now; null for what needs nobody at once
 */
public record ChartRecord(
    String type,
    UUID id,
    String json,
    List<BusinessIdentifier> identifiers,
    String codeSystem,
    String code,
    List<Code> further,
    String display,
    String status,
    @Nullable Instant at,
    String visitSystem,
    String visitNumber,
    @Nullable CriticalFinding critical) {
  public ChartRecord {
    identifiers = List.copyOf(identifiers);
    further = List.copyOf(further);
    if (code.length() > BusinessIdentifier.MAX_LENGTH
        || codeSystem.length() > BusinessIdentifier.MAX_LENGTH) {
      codeSystem = ""; // one that nobody could search by stands in the resource only
      code = "";
    }
  }

  /**
   * A code by which a record is found.
   *
   * @param parameter {@link #ABOUT}, {@link #CATEGORY}, {@link #ENCOUNTER} or {@link #UNTIL}
   * @param system may be empty
   */
  public record Code(String parameter, String system, String code) {
    /** What it is about, whatever R4 calls that for the type. */
    public static final String ABOUT = "code";

    /** Which kind of results, reports, orders or documents it belongs to. */
    public static final String CATEGORY = "category";

    /** The stay that a client refers to; what HL7 v2 told names it by its number. */
    public static final String ENCOUNTER = "encounter";

    /** When the time ends that it is about, if that is not a moment; as ISO 8601 in UTC. */
    public static final String UNTIL = "until";
  }
}
