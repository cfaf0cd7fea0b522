package org.wardline.web.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.MessageHeader.ResponseType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Keys;

/**
 * Message bundles (FHIR R4 section 2.4, {@code $process-message}): a message or an alert, with what
 * it speaks of beside it. The same act as its create; a bundle that is sent again is done once.
 */
@Singleton
public class MessageBundleProvider {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final int CLIENT_FAULT = 400;
  private static final int SERVER_FAULT = 500;

  /** That he may not, or not now, is told as everywhere. */
  private static final List<Integer> TOLD_BY_HTTP = List.of(401, 403, 413, 429);

  private final CommunicationProvider communications;
  private final CommunicationRequestProvider alerts;
  private final Keys keys;
  private final Profiles profiles;
  private final FhirFaults faults = new FhirFaults();

  @Inject
  public MessageBundleProvider(
      CommunicationProvider communications,
      CommunicationRequestProvider alerts,
      Profiles profiles,
      Keys keys) {
    this.keys = keys;
    this.profiles = profiles;
    this.communications = communications;
    this.alerts = alerts;
  }

  /** Does what the message asks, and answers with a message. */
  @Operation(name = "$process-message", idempotent = false)
  public Bundle process(
      @OperationParam(name = "content", min = 1, max = 1, typeName = "Bundle")
          @Nullable Bundle message,
      RequestDetails request) {
    if (message == null || message.getType() != BundleType.MESSAGE) {
      throw new UnprocessableEntityException("Bundle.type: a message is required.");
    }
    if (!(message.getEntryFirstRep().getResource() instanceof MessageHeader header)) {
      throw new UnprocessableEntityException("Bundle.entry[0]: a MessageHeader is required.");
    }
    if (!header.getSource().hasEndpoint()
        || !header.hasEvent()
        || name(message, header).isEmpty()) {
      throw new UnprocessableEntityException(
          "MessageHeader: event, source.endpoint, and an id of it or an identifier of the bundle,"
              + " are required.");
    }
    try {
      return answer(request, header, done(message, header, request), null);
    } catch (RuntimeException e) {
      BaseServerResponseException fault = faults.translate(e);
      int status = fault.getStatusCode();
      if (status < CLIENT_FAULT || status >= SERVER_FAULT || TOLD_BY_HTTP.contains(status)) {
        throw fault;
      }
      return answer(request, header, null, FhirFaults.said(fault));
    }
  }

  /** What names it: the sender gives a message that he sends again the same name. */
  private static String name(Bundle message, MessageHeader header) {
    return message.getIdentifier().hasValue()
        ? message.getIdentifier().getValue()
        : Optional.ofNullable(header.getIdElement().getIdPart()).orElse("");
  }

  private static String place(Bundle message, Resource focus) {
    return IntStream.range(0, message.getEntry().size())
        .filter(i -> message.getEntry().get(i).getResource() == focus)
        .mapToObj(i -> "Bundle.entry[" + i + "].resource")
        .findFirst()
        .orElse("");
  }

  /** What was done, under the id that it has here. */
  private Resource done(Bundle message, MessageHeader header, RequestDetails request) {
    if (header.hasResponse()) {
      throw new UnprocessableEntityException("MessageHeader.response: answers are not awaited.");
    }
    Map<String, Resource> beside = new HashMap<>();
    for (BundleEntryComponent entry : message.getEntry()) {
      Resource resource = entry.getResource();
      if (resource != null && entry.hasFullUrl()) {
        beside.put(entry.getFullUrl(), resource);
      }
      if (resource != null && resource.hasId()) {
        beside.put(resource.fhirType() + "/" + resource.getIdElement().getIdPart(), resource);
      }
    }
    if (header.getFocus().size() != 1) {
      throw new UnprocessableEntityException("MessageHeader.focus: one is required.");
    }
    Resource focus = meant(header.getFocusFirstRep(), beside);
    if (focus == null) {
      throw new UnprocessableEntityException("MessageHeader.focus: it is not in the bundle.");
    }
    profiles.check(focus, Requests.actor(request), place(message, focus));
    named(focus, beside);
    var name =
        new Identifier()
            .setSystem(header.getSource().getEndpoint())
            .setValue(name(message, header));
    MethodOutcome outcome;
    if (focus instanceof Communication communication) {
      outcome = communications.create(communication.addIdentifier(name), null, request);
    } else if (focus instanceof CommunicationRequest alert) {
      outcome = alerts.create(alert.addIdentifier(name), null, request);
    } else {
      throw new UnprocessableEntityException(
          "MessageHeader.focus: a Communication or a CommunicationRequest; what is told of"
              + " patients comes as a transaction.");
    }
    focus.setId(outcome.getId().toUnqualifiedVersionless().getIdPart());
    return focus;
  }

  /** What stands beside it in the bundle is meant by its identifier: it is not kept itself. */
  private static void named(Resource focus, Map<String, Resource> beside) {
    for (Reference reference :
        FHIR.newTerser().getAllPopulatedChildElementsOfType(focus, Reference.class)) {
      Resource target = meant(reference, beside);
      if (target != null) {
        Identifier identifier = identifier(target);
        if (identifier == null) {
          throw new UnprocessableEntityException(
              target.fhirType() + ": what stands beside the message needs an identifier.");
        }
        reference.setReference(null);
        reference.setResource(null);
        reference.setType(target.fhirType());
        reference.setIdentifier(identifier);
      }
    }
  }

  private static @Nullable Resource meant(Reference reference, Map<String, Resource> beside) {
    String literal = reference.getReference();
    return literal == null ? null : beside.get(literal);
  }

  private static @Nullable Identifier identifier(Resource target) {
    Property property = target.getNamedProperty("identifier");
    return property == null
        ? null
        : property.getValues().stream()
            .filter(Identifier.class::isInstance)
            .map(Identifier.class::cast)
            .filter(Identifier::hasValue)
            .findFirst()
            .orElse(null);
  }

  private static String address(Resource resource, RequestDetails request) {
    return String.join(
        "/", request.getFhirServerBase(), resource.fhirType(), resource.getIdElement().getIdPart());
  }

  /** Of the message that is answered; the library takes it from the address where it has none. */
  private static String id(MessageHeader asked) {
    String id = String.valueOf(asked.getIdElement().getIdPart()).replaceFirst("^urn:uuid:", "");
    return asked.hasId() && ID.matcher(id).matches()
        ? id
        : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private Bundle answer(
      RequestDetails request,
      MessageHeader asked,
      @Nullable Resource done,
      @Nullable OperationOutcome fault) {
    var header = new MessageHeader();
    header.setId(UUID.randomUUID().toString());
    header.setEvent(asked.getEvent());
    header.getSource().setName("Wardline").setEndpoint(request.getFhirServerBase());
    header
        .addDestination()
        .setEndpoint(asked.getSource().getEndpoint())
        .setName(asked.getSource().getName());
    header
        .getResponse()
        .setIdentifier(id(asked))
        .setCode(fault == null ? ResponseType.OK : ResponseType.FATALERROR);
    var bundle = new Bundle();
    bundle.setType(BundleType.MESSAGE);
    bundle.setTimestamp(Date.from(keys.now()));
    bundle.addEntry().setFullUrl(address(header, request)).setResource(header);
    if (done != null) {
      header.addFocus(new Reference(done.fhirType() + "/" + done.getIdElement().getIdPart()));
      bundle.addEntry().setFullUrl(address(done, request)).setResource(done);
    }
    if (fault != null) {
      String id = UUID.randomUUID().toString();
      fault.setId(id);
      header.getResponse().setDetails(new Reference("urn:uuid:" + id));
      bundle.addEntry().setFullUrl("urn:uuid:" + id).setResource(fault);
    }
    return bundle;
  }
}
