package org.wardline.mapping.fhir;

import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditAct.Shape;
import org.wardline.message.AuditRecord;
import org.wardline.message.AuditRecord.Agent;
import org.wardline.message.AuditRecord.AgentPart;
import org.wardline.message.AuditRecord.Entity;

/** Audit records as FHIR R4 AuditEvent, after IHE BALP 1.1 where it has a profile. */
public final class AuditEventMapper {
  private static final String BALP =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
  private static final String EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
  private static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
  private static final String DCM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String PARTICIPATION =
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
  private static final String ENTITY_TYPE =
      "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
  private static final String SOURCE_TYPE =
      "http://terminology.hl7.org/CodeSystem/security-source-type";
  private static final Code SOURCE = new Code(DCM, "110153", "Source Role ID");
  private static final Code DESTINATION = new Code(DCM, "110152", "Destination Role ID");
  private static final Code RECIPIENT = new Code(PARTICIPATION, "IRCP", "information recipient");
  private static final Code AUTHOR = new Code(PARTICIPATION, "AUT", "author (originator)");
  private static final String THIS_MACHINE = "127.0.0.1";

  private static final String ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
  static final String TOKEN_ID = "urn:ietf:params:oauth:jti:";
  static final Code SERVER_TYPE = new Code(SOURCE_TYPE, "4", "Application Server");
  static final Code PERSON = new Code(ENTITY_TYPE, "1", "Person");
  static final Code SYSTEM_OBJECT = new Code(ENTITY_TYPE, "2", "System Object");
  static final Code OTHER = new Code(ENTITY_TYPE, "4", "Other");
  static final Code PATIENT_ROLE = new Code(OBJECT_ROLE, "1", "Patient");
  static final Code DOMAIN_RESOURCE = new Code(OBJECT_ROLE, "4", "Domain Resource");
  static final Code QUERY_ROLE = new Code(OBJECT_ROLE, "24", "Query");

  static final Code APPLICATION = new Code(DCM, "110150", "Application");
  static final Code CUSTODIAN =
      new Code(
          "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
          "custodian",
          "Custodian");

  private AuditEventMapper() {}

  /** A coding. */
  public record Code(String system, String code, @Nullable String display) {
    Coding toFhir() {
      return new Coding(system, code, display);
    }
  }

  /** The resource, with its logical id. */
  public static AuditEvent toFhir(AuditRecord record) {
    var event = new AuditEvent();
    event.setId(record.id().toString());
    AuditAct act = record.act();
    String profile = profile(record);
    if (profile != null) {
      event.getMeta().addProfile(profile);
    }
    event.setType(type(act).toFhir());
    subtypes(act).forEach(code -> event.addSubtype(code.toFhir()));
    event.setAction(AuditEventAction.fromCode(act.shape().action()));
    event.setRecorded(Date.from(record.recorded()));
    event.setOutcome(AuditEventOutcome.fromCode(record.outcome().code()));
    event.setOutcomeDesc(record.outcomeText());
    purpose(record).ifPresent(why -> event.addPurposeOfEvent().addCoding(why.toFhir()));
    record.agents().forEach(agent -> event.addAgent(agent(agent, act.shape())));
    var observer = new Reference().setDisplay("Wardline");
    observer.setIdentifier(new Identifier().setSystem(Systems.CLIENT_ID).setValue("wardline"));
    observer.setType("Device");
    event.getSource().setObserver(observer).addType(SERVER_TYPE.toFhir());
    record.entities().forEach(entity -> event.addEntity(entity(entity)));
    return event;
  }

  /** The purpose of what a person did; empty when it is not known. */
  static Optional<Code> purpose(AuditRecord record) {
    boolean person = record.agents().stream().anyMatch(agent -> agent.part() == AgentPart.USER);
    return record
        .act()
        .purpose()
        .filter(why -> person)
        .map(why -> new Code(ACT_REASON, why.code(), why.display()));
  }

  /** The BALP profile that it claims; null when none covers it. */
  static @Nullable String profile(AuditRecord record) {
    Shape shape = record.act().shape();
    if (!shape.restful() || record.outcome() != AuditRecord.Outcome.SUCCESS) {
      return null;
    }
    String verb =
        switch (shape) {
          case CREATE -> "Create";
          case READ -> "Read";
          case UPDATE -> "Update";
          case DELETE -> "Delete";
          default -> "Query";
        };
    return BALP + (record.patient() == null ? verb : "Patient" + verb);
  }

  /** AuditEvent.type of that act. */
  public static Code type(AuditAct act) {
    return switch (act.shape()) {
      case LOGIN, LOGOUT -> new Code(DCM, "110114", "User Authentication");
      case EXPORT -> new Code(DCM, act.shape().subtype(), "Export");
      case EVENT -> new Code(AuditAct.SYSTEM, "message-act", "Message act");
      default -> new Code(EVENT_TYPE, "rest", "RESTful Operation");
    };
  }

  /** AuditEvent.subtype of that act: the standard's code where there is one, then our own. */
  public static List<Code> subtypes(AuditAct act) {
    Code own = new Code(AuditAct.SYSTEM, act.code(), null);
    String subtype = act.shape().subtype();
    return switch (act.shape()) {
      case LOGIN -> List.of(new Code(DCM, subtype, "Login"), own);
      case LOGOUT -> List.of(new Code(DCM, subtype, "Logout"), own);
      case EXPORT, EVENT -> List.of(own);
      default -> List.of(new Code(INTERACTION, subtype, subtype), own);
    };
  }

  /** The network address that stands in the record: ours for what happens inside. */
  static String address(Agent agent) {
    return agent.address() == null ? THIS_MACHINE : agent.address();
  }

  private static AuditEventAgentComponent agent(Agent from, Shape shape) {
    var agent = new AuditEventAgentComponent();
    agent.setType(new CodeableConcept(agentType(from.part(), shape).toFhir()));
    var who = new Reference(from.reference()).setDisplay(from.name());
    who.setIdentifier(
        new Identifier().setSystem(from.identifierSystem()).setValue(from.identifier()));
    agent.setWho(who);
    agent.setRequestor(from.part() == AgentPart.USER);
    if (from.part() == AgentPart.USER) {
      agent.setName(from.name());
    }
    from.roles().forEach(role -> agent.addRole(new CodeableConcept().setText(role)));
    if (from.tokenId() != null) {
      agent.addPolicy(TOKEN_ID + from.tokenId());
    }
    if (from.part() != AgentPart.USER) {
      agent.getNetwork().setAddress(address(from)).setType(AuditEventAgentNetworkType._2);
    }
    return agent;
  }

  /** BALP: client and server change places between reading and writing. */
  static Code agentType(AgentPart part, Shape shape) {
    boolean reading = shape == Shape.READ;
    if (shape == Shape.DELETE && part != AgentPart.USER) {
      return part == AgentPart.CLIENT ? APPLICATION : CUSTODIAN;
    }
    return switch (part) {
      case USER -> shape == Shape.READ || shape == Shape.QUERY ? RECIPIENT : AUTHOR;
      case CLIENT -> reading ? DESTINATION : SOURCE;
      case SERVER -> reading ? SOURCE : DESTINATION;
    };
  }

  private static AuditEventEntityComponent entity(Entity from) {
    var entity = new AuditEventEntityComponent();
    if (from instanceof Entity.Patient patient) {
      entity.setWhat(new Reference("Patient/" + patient.id()));
      entity.setType(PERSON.toFhir()).setRole(PATIENT_ROLE.toFhir());
    } else if (from instanceof Entity.Data data) {
      entity.setWhat(new Reference(data.reference()));
      entity.setType(SYSTEM_OBJECT.toFhir()).setRole(DOMAIN_RESOURCE.toFhir());
      for (AuditRecord.Detail detail : data.details()) {
        var value = detail.base64() ? base64(detail.value()) : new StringType(detail.value());
        entity.addDetail().setType(detail.name()).setValue(value);
      }
    } else if (from instanceof Entity.Cause cause) {
      entity.setWhat(new Reference(cause.reference())).setType(OTHER.toFhir());
    } else if (from instanceof Entity.Query query) {
      entity.setType(SYSTEM_OBJECT.toFhir()).setRole(QUERY_ROLE.toFhir());
      entity.setQuery(query.request().getBytes(StandardCharsets.UTF_8));
    }
    return entity;
  }

  private static Base64BinaryType base64(String value) {
    var binary = new Base64BinaryType();
    binary.setValueAsString(value);
    return binary;
  }
}
