package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a batch that are each a request of their own: what is read and searched, messages,
 * alerts and subscriptions. They pass through the same doors as outside of a batch, and what is
 * read through the same interceptors, with the same rights and the same record.
 */
@Singleton
public class EntryRequests {
  private static final Set<String> TYPES =
      Set.of("Communication", "CommunicationRequest", "Subscription");

  private static final Pattern ALONG = Pattern.compile("_(rev)?include(:.*)?", Pattern.DOTALL);

  /** A type, a resource, a version, a history, or what is of a patient; no operation. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "/?[A-Z][A-Za-z]+(/[A-Za-z0-9.-]{1,64}(/_history(/[A-Za-z0-9.-]{1,64})?|/[A-Z][A-Za-z]+)?)?");

  private final CommunicationProvider messages;
  private final CommunicationRequestProvider alerts;
  private final SubscriptionProvider subscriptions;

  @Inject
  public EntryRequests(
      CommunicationProvider messages,
      CommunicationRequestProvider alerts,
      SubscriptionProvider subscriptions) {
    this.messages = messages;
    this.alerts = alerts;
    this.subscriptions = subscriptions;
  }

  /** True for an entry that is answered here. */
  static boolean here(BundleEntryComponent entry) {
    String type = String.valueOf(entry.getRequest().getUrl()).replaceAll("^/|[/?].*", "");
    HTTPVerb verb = entry.getRequest().getMethod();
    return verb == HTTPVerb.GET || (verb != null && TYPES.contains(type));
  }

  /**
   * Does what the entry asks for.
   *
   * @return the entry of the answer
   * @throws RuntimeException as the same request would be refused with
   */
  BundleEntryComponent answer(BundleEntryComponent entry, RequestDetails within) {
    EntryRequest request = request(entry, within);
    return entry.getRequest().getMethod() == HTTPVerb.GET
        ? found(request)
        : done(write(entry, request));
  }

  /**
   * What the entry of a transaction reads, in it. Nothing is given along: what the client may not
   * see of that would undo the whole.
   *
   * @return the entry of the answer
   * @throws RuntimeException as the same request would be refused with
   */
  BundleEntryComponent within(BundleEntryComponent entry, RequestDetails transaction) {
    EntryRequest request = request(entry, transaction);
    if (request.getParameters().keySet().stream().anyMatch(ALONG.asMatchPredicate())) {
      throw new InvalidRequestException(
          "_include and _revinclude are not supported within a transaction.");
    }
    return found(request);
  }

  private static EntryRequest request(BundleEntryComponent entry, RequestDetails within) {
    String url = entry.getRequest().hasUrl() ? entry.getRequest().getUrl() : "";
    if (!ADDRESS.matcher(url.split("\\?", 2)[0]).matches()) {
      throw new InvalidRequestException("request.url is no address of a resource or of a type.");
    }
    return new EntryRequest(entry.getRequest(), (ServletRequestDetails) within);
  }

  private static BundleEntryComponent found(EntryRequest request) {
    var resource = (Resource) request.resource();
    var answer = new BundleEntryComponent();
    answer.setResource(resource);
    answer.getResponse().setStatus("200 OK");
    return stamped(answer, resource);
  }

  private MethodOutcome write(BundleEntryComponent entry, EntryRequest request) {
    Resource posted = entry.hasResource() ? entry.getResource() : null;
    IdType id = request.getId() == null ? null : (IdType) request.getId();
    boolean another =
        (posted != null && !posted.fhirType().equals(request.getResourceName()))
            || (id != null
                && posted != null
                && !id.getIdPart().equals(posted.getIdElement().getIdPart()));
    if (another || request.getOperation() != null || (id != null && id.hasVersionIdPart())) {
      throw new InvalidRequestException("request.url is not the address of the resource.");
    }
    return switch (entry.getRequest().getMethod()) {
      case POST -> create(posted, id, request);
      case PUT -> update(posted, id, request);
      case DELETE -> {
        if (id == null || !"Subscription".equals(request.getResourceName())) {
          throw new InvalidRequestException("Only a Subscription is forgotten by DELETE.");
        }
        yield subscriptions.delete(id, request);
      }
      default -> throw new InvalidRequestException("request.method is GET, POST, PUT or DELETE.");
    };
  }

  private MethodOutcome create(
      @Nullable Resource posted, @Nullable IdType id, EntryRequest request) {
    if (id == null && posted instanceof Communication message) {
      return messages.create(message, request.getHeader("If-None-Exist"), request);
    }
    if (id == null && posted instanceof CommunicationRequest alert) {
      return alerts.create(alert, request.getHeader("If-None-Exist"), request);
    }
    if (id == null && posted instanceof Subscription subscription) {
      return subscriptions.create(subscription, request);
    }
    throw new InvalidRequestException("A POST is of a resource, to the address of its type.");
  }

  private MethodOutcome update(
      @Nullable Resource posted, @Nullable IdType id, EntryRequest request) {
    if (id != null && posted instanceof Communication message) {
      return messages.update(message, id, request);
    }
    if (id != null && posted instanceof CommunicationRequest alert) {
      return alerts.update(alert, id, request);
    }
    if (id != null && posted instanceof Subscription subscription) {
      return subscriptions.update(subscription, id, request);
    }
    throw new InvalidRequestException("A PUT is of a resource, to its own address.");
  }

  private static BundleEntryComponent done(MethodOutcome outcome) {
    var answer = new BundleEntryComponent();
    answer
        .getResponse()
        .setStatus(Boolean.TRUE.equals(outcome.getCreated()) ? "201 Created" : "200 OK");
    if (outcome.getId() != null) {
      answer.getResponse().setLocation(outcome.getId().getValue());
      if (outcome.getId().hasVersionIdPart()) {
        answer.getResponse().setEtag("W/\"" + outcome.getId().getVersionIdPart() + "\"");
      }
    }
    if (outcome.getResource() instanceof Resource resource) {
      answer.setResource(resource);
      stamped(answer, resource);
    }
    return answer;
  }

  private static BundleEntryComponent stamped(BundleEntryComponent answer, Resource resource) {
    if (resource.getMeta().hasVersionId()) {
      answer.getResponse().setEtag("W/\"" + resource.getMeta().getVersionId() + "\"");
    }
    Date changed = resource.getMeta().getLastUpdated();
    answer.getResponse().setLastModified(changed);
    return answer;
  }
}
