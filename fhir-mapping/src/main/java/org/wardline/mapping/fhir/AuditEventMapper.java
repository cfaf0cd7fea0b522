package org.wardline.mapping.fhir;

import java.nio.charset.StandardCharsets;
import java.util.Date;
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

  private AuditEventMapper() {}

  /** The resource, with its logical id. */
  public static AuditEvent toFhir(AuditRecord record) {
    var event = new AuditEvent();
    event.setId(record.id().toString());
    AuditAct act = record.act();
    profile(record).ifPresent(event.getMeta()::addProfile);
    type(event, act);
    event.setAction(AuditEventAction.fromCode(act.shape().action()));
    event.setRecorded(Date.from(record.recorded()));
    event.setOutcome(AuditEventOutcome.fromCode(record.outcome().code()));
    event.setOutcomeDesc(record.outcomeText());
    record.agents().forEach(agent -> event.addAgent(agent(agent, act.shape())));
    var observer = new Reference().setDisplay("Wardline");
    observer.setIdentifier(new Identifier().setSystem(Systems.CLIENT_ID).setValue("wardline"));
    observer.setType("Device");
    event
        .getSource()
        .setObserver(observer)
        .addType(new Coding(SOURCE_TYPE, "4", "Application Server"));
    record.entities().forEach(entity -> event.addEntity(entity(entity)));
    return event;
  }

  private static java.util.Optional<String> profile(AuditRecord record) {
    Shape shape = record.act().shape();
    if (!shape.restful() || record.outcome() != AuditRecord.Outcome.SUCCESS) {
      return java.util.Optional.empty();
    }
    String verb =
        switch (shape) {
          case CREATE -> "Create";
          case READ -> "Read";
          case UPDATE -> "Update";
          default -> "Query";
        };
    return java.util.Optional.of(BALP + (record.patient() == null ? verb : "Patient" + verb));
  }

  private static void type(AuditEvent event, AuditAct act) {
    Coding own = new Coding(AuditAct.SYSTEM, act.code(), null);
    switch (act.shape()) {
      case LOGIN, LOGOUT -> {
        event.setType(new Coding(DCM, "110114", "User Authentication"));
        event.addSubtype(
            new Coding(
                DCM, act.shape().subtype(), act.shape() == Shape.LOGIN ? "Login" : "Logout"));
      }
      case EVENT -> event.setType(new Coding(AuditAct.SYSTEM, "message-act", "Message act"));
      default -> {
        event.setType(new Coding(EVENT_TYPE, "rest", "RESTful Operation"));
        event.addSubtype(new Coding(INTERACTION, act.shape().subtype(), act.shape().subtype()));
      }
    }
    event.addSubtype(own);
  }

  private static AuditEventAgentComponent agent(Agent from, Shape shape) {
    var agent = new AuditEventAgentComponent();
    agent.setType(new CodeableConcept(agentType(from.part(), shape)));
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
      agent.addPolicy("urn:ietf:params:oauth:jti:" + from.tokenId());
    }
    if (from.part() != AgentPart.USER) {
      String address = from.address() == null ? "127.0.0.1" : from.address();
      agent.getNetwork().setAddress(address).setType(AuditEventAgentNetworkType._2);
    }
    return agent;
  }

  /** BALP: client and server change places between reading and writing. */
  private static Coding agentType(AgentPart part, Shape shape) {
    boolean reading = shape == Shape.READ;
    return switch (part) {
      case USER ->
          shape == Shape.READ || shape == Shape.QUERY
              ? new Coding(PARTICIPATION, "IRCP", "information recipient")
              : new Coding(PARTICIPATION, "AUT", "author (originator)");
      case CLIENT -> reading ? destination() : source();
      case SERVER -> reading ? source() : destination();
    };
  }

  private static Coding source() {
    return new Coding(DCM, "110153", "Source Role ID");
  }

  private static Coding destination() {
    return new Coding(DCM, "110152", "Destination Role ID");
  }

  private static AuditEventEntityComponent entity(Entity from) {
    var entity = new AuditEventEntityComponent();
    if (from instanceof Entity.Patient patient) {
      entity.setWhat(new Reference("Patient/" + patient.id()));
      entity.setType(new Coding(ENTITY_TYPE, "1", "Person"));
      entity.setRole(new Coding(OBJECT_ROLE, "1", "Patient"));
    } else if (from instanceof Entity.Data data) {
      entity.setWhat(new Reference(data.reference()));
      entity.setType(new Coding(ENTITY_TYPE, "2", "System Object"));
      entity.setRole(new Coding(OBJECT_ROLE, "4", "Domain Resource"));
      for (AuditRecord.Detail detail : data.details()) {
        var value = detail.base64() ? base64(detail.value()) : new StringType(detail.value());
        entity.addDetail().setType(detail.name()).setValue(value);
      }
    } else if (from instanceof Entity.Query query) {
      entity.setType(new Coding(ENTITY_TYPE, "2", "System Object"));
      entity.setRole(new Coding(OBJECT_ROLE, "24", "Query"));
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
