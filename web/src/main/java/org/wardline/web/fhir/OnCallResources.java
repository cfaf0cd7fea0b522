package org.wardline.web.fhir;

import java.util.Date;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device.DeviceNameType;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.Endpoint;
import org.hl7.fhir.r4.model.Endpoint.EndpointStatus;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.wardline.delivery.Circuits;
import org.wardline.directory.Devices;
import org.wardline.directory.Duties.Duty;
import org.wardline.directory.OnCallRoles.OnCallRole;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Destination.FhirEndpoint;
import org.wardline.message.Destination.MllpEndpoint;
import org.wardline.operation.Deliveries.Known;

/** On-call roles, duties, machines and destinations as FHIR resources. */
final class OnCallResources {
  private static final String CONNECTION =
      "http://terminology.hl7.org/CodeSystem/endpoint-connection-type";
  private static final String PAYLOAD =
      "http://terminology.hl7.org/CodeSystem/endpoint-payload-type";

  private OnCallResources() {}

  static HealthcareService service(OnCallRole from) {
    var service = new HealthcareService();
    service.setId(from.id().toString());
    service.addIdentifier().setSystem(Systems.ON_CALL_ROLE).setValue(from.code());
    service.setActive(true);
    service.setName(from.name());
    if (!from.department().isEmpty()) {
      service.addSpecialty(new CodeableConcept().setText(from.department()));
    }
    return service;
  }

  /** The code of a role that is called that; one that none has when another system calls it so. */
  static String code(BusinessIdentifier name) {
    boolean ours = name.system().isEmpty() || name.system().equals(Systems.ON_CALL_ROLE);
    return ours ? name.value() : "";
  }

  /** Somebody's time on duty; it is his now while it has no end. */
  static PractitionerRole duty(Duty from) {
    var role = new PractitionerRole();
    role.setId(from.id().toString());
    role.setActive(from.open());
    role.getPeriod().setStart(Date.from(from.startsAt()));
    if (from.endsAt() != null) {
      role.getPeriod().setEnd(Date.from(from.endsAt()));
    }
    role.setPractitioner(
        new Reference("Practitioner/" + from.practitioner()).setDisplay(from.name()));
    role.addHealthcareService(
        new Reference("HealthcareService/" + from.role()).setDisplay(from.roleName()));
    if (!from.department().isEmpty()) {
      role.addSpecialty(new CodeableConcept().setText(from.department()));
    }
    return role;
  }

  static org.hl7.fhir.r4.model.Device device(Devices.Device from) {
    var device = new org.hl7.fhir.r4.model.Device();
    device.setId(from.id().toString());
    device.addIdentifier().setSystem(Systems.CLIENT_ID).setValue(from.clientId());
    device.setStatus(FHIRDeviceStatus.ACTIVE);
    device.addDeviceName().setName(from.name()).setType(DeviceNameType.OTHER);
    return device;
  }

  /** A destination: suspended while somebody holds it, in error while it does not answer. */
  static Endpoint endpoint(Known from) {
    var endpoint = new Endpoint();
    endpoint.setId(from.destination().name());
    endpoint.addIdentifier().setSystem(Systems.DESTINATION).setValue(from.destination().name());
    endpoint.setStatus(status(from.state()));
    endpoint.setName(from.destination().display());
    endpoint.addPayloadType(new CodeableConcept(new Coding(PAYLOAD, "any", "Any")));
    if (from.destination() instanceof FhirEndpoint fhir) {
      endpoint.setConnectionType(new Coding(CONNECTION, "hl7-fhir-rest", "HL7 FHIR"));
      endpoint.addPayloadMimeType("application/fhir+json");
      endpoint.setAddress(fhir.base().toString());
    } else if (from.destination() instanceof MllpEndpoint mllp) {
      endpoint.setConnectionType(new Coding(CONNECTION, "hl7v2-mllp", "HL7 v2 MLLP"));
      endpoint.addPayloadMimeType("x-application/hl7-v2+er7");
      endpoint.setAddress("mllp://" + mllp.host() + ":" + mllp.port());
    }
    return endpoint;
  }

  private static EndpointStatus status(Circuits.State state) {
    if (state.pausedBy() != null) {
      return EndpointStatus.SUSPENDED;
    }
    return state.openUntil() == null ? EndpointStatus.ACTIVE : EndpointStatus.ERROR;
  }
}
