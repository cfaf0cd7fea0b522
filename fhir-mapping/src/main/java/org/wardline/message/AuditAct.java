package org.wardline.message;

import java.util.Optional;

/**
 * The acts that Wardline puts on record. The first group follows the IHE BALP profiles; what BALP
 * does not cover has codes of our own (system {@link #SYSTEM}) or of DICOM.
 */
public enum AuditAct {
  MESSAGE_SENT(Shape.CREATE, "message-sent"),
  MESSAGE_RECORDED(Shape.CREATE, "message-recorded"),
  MESSAGE_RETRACTED(Shape.UPDATE, "message-retracted"),
  CONVERSATION_OPENED(Shape.READ, "conversation-opened"),
  RESOURCE_CREATED(Shape.CREATE, "resource-created"),
  RESOURCE_UPDATED(Shape.UPDATE, "resource-updated"),
  RESOURCE_DELETED(Shape.DELETE, "resource-deleted"),
  RESOURCE_READ(Shape.READ, "resource-read"),
  RESOURCES_SEARCHED(Shape.QUERY, "resources-searched"),
  PATIENT_CREATED(Shape.CREATE, "patient-created"),
  PATIENT_UPDATED(Shape.UPDATE, "patient-updated"),
  PATIENTS_MERGED(Shape.EVENT, "patients-merged"),
  MERGE_UNDONE(Shape.EVENT, "merge-undone"),
  STAFF_LISTED(Shape.EVENT, "staff-listed"),
  INTERFACE_MESSAGE_OPENED(Shape.READ, "interface-message-opened"),
  INTERFACE_MESSAGE_REPLAYED(Shape.EVENT, "interface-message-replayed"),
  SEAL_BROKEN(Shape.EVENT, "seal-broken"),
  REVIEW_CLOSED(Shape.EVENT, "review-closed"),
  MESSAGE_DELIVERED(Shape.EVENT, "message-delivered"),
  MESSAGE_READ(Shape.EVENT, "message-read"),
  MESSAGE_ACKNOWLEDGED(Shape.EVENT, "message-acknowledged"),
  DELIVERY_INTENDED(Shape.EVENT, "delivery-intended"),
  DELIVERY_ENDED(Shape.EVENT, "delivery-ended"),
  DELIVERY_REPLAYED(Shape.EVENT, "delivery-replayed"),
  DESTINATION_PAUSED(Shape.EVENT, "destination-paused"),
  DESTINATION_RESUMED(Shape.EVENT, "destination-resumed"),
  DESTINATION_TESTED(Shape.EVENT, "destination-tested"),
  ROUTES_CHANGED(Shape.EVENT, "routes-changed"),
  INTERFACE_RECEIVED(Shape.EVENT, "interface-received"),
  DUTY_TAKEN(Shape.EVENT, "duty-taken"),
  EMERGENCY_OPENED(Shape.EVENT, "emergency-opened"),
  EMERGENCY_READ(Shape.READ, "emergency-read"),
  EMERGENCY_SEARCHED(Shape.QUERY, "emergency-searched"),
  EMERGENCY_NOTICE_SENT(Shape.EVENT, "emergency-notice-sent"),
  EMERGENCY_REVIEWED(Shape.EVENT, "emergency-reviewed"),
  RIGHTS_CHANGED(Shape.EVENT, "rights-changed"),
  SESSION_LIMITS_CHANGED(Shape.EVENT, "session-limits-changed"),
  EXPORT_BEGUN(Shape.EVENT, "export-begun"),
  EXPORT_FETCHED(Shape.EXPORT, "export-fetched"),
  CONVERSATION_EXPORTED(Shape.EXPORT, "conversation-exported"),
  SESSION_ENDED(Shape.EVENT, "session-ended"),
  DEVICES_WIPED(Shape.EVENT, "devices-wiped"),
  ENROLMENT_ALLOWED(Shape.EVENT, "enrolment-allowed"),
  ACCESS_REFUSED(Shape.EVENT, "access-refused"),
  SIGN_IN(Shape.LOGIN, "sign-in"),
  SIGN_OUT(Shape.LOGOUT, "sign-out"),
  IDENTITY_EVENT(Shape.EVENT, "identity-event"),
  NODE_STARTED(Shape.EVENT, "node-started");

  /** Code system of the codes that no standard has. */
  public static final String SYSTEM = "https://wardline.org/fhir/CodeSystem/audit-act";

  /** How an act is written as an AuditEvent. */
  public enum Shape {
    CREATE("create", "C"),
    READ("read", "R"),
    UPDATE("update", "U"),
    DELETE("delete", "D"),
    QUERY("search", "E"),
    LOGIN("110122", "E"),
    LOGOUT("110123", "E"),
    EXPORT("110106", "R"),
    EVENT("", "E");

    private final String subtype;
    private final String action;

    Shape(String subtype, String action) {
      this.subtype = subtype;
      this.action = action;
    }

    /** RESTful interaction, or DICOM code; empty for our own events. */
    public String subtype() {
      return subtype;
    }

    /** AuditEvent.action. */
    public String action() {
      return action;
    }

    /** True for the acts that have an IHE BALP profile. */
    public boolean restful() {
      return this == CREATE || this == READ || this == UPDATE || this == DELETE || this == QUERY;
    }
  }

  private final Shape shape;
  private final String code;

  AuditAct(Shape shape, String code) {
    this.shape = shape;
    this.code = code;
  }

  public Shape shape() {
    return shape;
  }

  /** Why somebody did something (value set {@code v3-PurposeOfUse}). */
  public enum Purpose {
    TREATMENT("TREAT", "treatment"),
    BREAK_THE_GLASS("BTG", "break the glass"),
    ADMINISTRATION("HSYSADMIN", "health system administration"),
    COMPLIANCE("HCOMPL", "health compliance");

    private final String code;
    private final String display;

    Purpose(String code, String display) {
      this.code = code;
      this.display = display;
    }

    /** In {@code http://terminology.hl7.org/CodeSystem/v3-ActReason}. */
    public String code() {
      return code;
    }

    public String display() {
      return display;
    }
  }

  /**
   * For what a person does this: empty for acts that people do for several purposes. What a system
   * did it for it alone knows.
   */
  public Optional<Purpose> purpose() {
    return switch (this) {
      case MESSAGE_SENT,
          MESSAGE_RECORDED,
          MESSAGE_RETRACTED,
          MESSAGE_READ,
          MESSAGE_ACKNOWLEDGED,
          CONVERSATION_OPENED,
          DUTY_TAKEN ->
          Optional.of(Purpose.TREATMENT);
      case EMERGENCY_OPENED, EMERGENCY_READ, EMERGENCY_SEARCHED ->
          Optional.of(Purpose.BREAK_THE_GLASS);
      case EMERGENCY_NOTICE_SENT, EMERGENCY_REVIEWED -> Optional.of(Purpose.COMPLIANCE);
      case INTERFACE_MESSAGE_OPENED,
          INTERFACE_MESSAGE_REPLAYED,
          REVIEW_CLOSED,
          MERGE_UNDONE,
          DELIVERY_REPLAYED,
          DESTINATION_PAUSED,
          DESTINATION_RESUMED,
          DESTINATION_TESTED,
          ROUTES_CHANGED,
          RIGHTS_CHANGED,
          SESSION_LIMITS_CHANGED,
          DEVICES_WIPED,
          ENROLMENT_ALLOWED ->
          Optional.of(Purpose.ADMINISTRATION);
      default -> Optional.empty();
    };
  }

  /** Our own code, in {@link #SYSTEM}. */
  public String code() {
    return code;
  }
}
