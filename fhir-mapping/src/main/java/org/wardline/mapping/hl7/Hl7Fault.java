package org.wardline.mapping.hl7;

import java.util.Objects;

/**
 * Why a message was not accepted, in the words of HL7 v2.5 ERR. Holds no patient data.
 *
 * @param acknowledgment {@code AE} or {@code AR}
 * @param location ERR-2, such as {@code MSH^1^9}; empty when it is the whole message
 * @param code ERR-3, table 0357
 * @param text ERR-8, for a person
 */
public record Hl7Fault(String acknowledgment, String location, String code, String text) {
  public static final String SEQUENCE = "100";
  public static final String REQUIRED_MISSING = "101";
  public static final String DATA_TYPE = "102";
  public static final String TABLE_VALUE = "103";
  public static final String UNSUPPORTED_TYPE = "200";
  public static final String UNSUPPORTED_EVENT = "201";
  public static final String UNSUPPORTED_VERSION = "203";
  public static final String DUPLICATE_KEY = "205";
  public static final String RECORD_LOCKED = "206";
  public static final String INTERNAL = "207";

  public Hl7Fault {
    Objects.requireNonNull(acknowledgment, "acknowledgment");
    Objects.requireNonNull(code, "code");
  }

  /** AR: wrong type, version or encoding; the same message will never be taken. */
  public static Hl7Fault reject(String location, String code, String text) {
    return new Hl7Fault("AR", location, code, text);
  }

  /** AE: the content is at fault, or we could not process it now. */
  public static Hl7Fault error(String location, String code, String text) {
    return new Hl7Fault("AE", location, code, text);
  }

  /** In one line, for the audit trail and for the one who looks after it. */
  public String summary() {
    return acknowledgment + " " + code + " " + (location.isEmpty() ? "" : location + " ") + text;
  }

  /** The text of table 0357 for {@link #code}. */
  public String codeText() {
    return switch (code) {
      case SEQUENCE -> "Segment sequence error";
      case REQUIRED_MISSING -> "Required field missing";
      case DATA_TYPE -> "Data type error";
      case TABLE_VALUE -> "Table value not found";
      case UNSUPPORTED_TYPE -> "Unsupported message type";
      case UNSUPPORTED_EVENT -> "Unsupported event code";
      case "202" -> "Unsupported processing id";
      case UNSUPPORTED_VERSION -> "Unsupported version id";
      case "204" -> "Unknown key identifier";
      case DUPLICATE_KEY -> "Duplicate key identifier";
      case RECORD_LOCKED -> "Application record locked";
      default -> "Application internal error";
    };
  }
}
