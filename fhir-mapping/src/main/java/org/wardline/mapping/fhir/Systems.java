package org.wardline.mapping.fhir;

/** The URIs that our resources use: code systems, identifier systems, extensions. */
public final class Systems {
  public static final String ROOT = "https://wardline.org/fhir/";

  /** Identifier system of our messages: the URI itself is the value ({@code urn:uuid:…}). */
  public static final String URI_IDENTIFIER = "urn:ietf:rfc:3986";

  /** Begins the systems of all names that we give ourselves. */
  static final String NAMES = ROOT + "NamingSystem/";

  /** User names of the hospital's identity provider. */
  public static final String USERNAME = ROOT + "NamingSystem/username";

  /** Codes of on-call roles. */
  public static final String ON_CALL_ROLE = ROOT + "NamingSystem/on-call-role";

  /** Client ids of machines. */
  public static final String CLIENT_ID = ROOT + "NamingSystem/client";

  /** Systems that send HL7 v2, as they are set up here. */
  static final String HL7_SOURCE = NAMES + "hl7-source";

  /** Control ids of HL7 v2 messages (MSH-10); one is its source's alone. */
  static final String HL7_CONTROL_ID = NAMES + "hl7-control-id";

  /** Types of identifiers (HL7 table 0203). */
  public static final String IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203";

  /** Extension: the machine that wrote on a person's behalf. */
  public static final String SENT_BY = ROOT + "StructureDefinition/sent-by";

  /** Extension: the commitment to header and content (SHA-256, base64). */
  public static final String COMMITMENT = ROOT + "StructureDefinition/commitment";

  public static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/communication-category";

  /** Why a message was taken back. */
  static final String RETRACTION_REASON = "https://wardline.org/fhir/CodeSystem/retraction-reason";

  /** What a Task of ours is. */
  public static final String TASK_CODE = "https://wardline.org/fhir/CodeSystem/task-code";

  /** What is known of a message at a recipient. */
  public static final String RECEIPT_STATE = "https://wardline.org/fhir/CodeSystem/receipt-state";

  /** Names of destinations. */
  public static final String DESTINATION = "https://wardline.org/fhir/NamingSystem/destination";

  /** Extension: why there is no value. */
  static final String DATA_ABSENT_REASON =
      "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

  private Systems() {}
}
