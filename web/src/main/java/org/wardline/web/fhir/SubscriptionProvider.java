package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.Delete;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.PostedSubscription;
import org.wardline.mapping.fhir.SubscriptionMapper;
import org.wardline.mapping.fhir.SubscriptionMapper.Kind;
import org.wardline.mapping.fhir.SubscriptionView;
import org.wardline.store.Keys;
import org.wardline.subscription.Subscriptions;

/** Subscription: a client is told what happens, at an endpoint of its own. */
@Singleton
public class SubscriptionProvider implements ReadProvider {
  private final Subscriptions subscriptions;
  private final Keys keys;

  @Inject
  public SubscriptionProvider(Subscriptions subscriptions, Keys keys) {
    this.subscriptions = subscriptions;
    this.keys = keys;
  }

  @Override
  public Class<Subscription> getResourceType() {
    return Subscription.class;
  }

  /** Subscribes from now on. */
  @Create
  public MethodOutcome create(@ResourceParam Subscription posted, RequestDetails request) {
    if (request.getHeader("If-None-Exist") != null) {
      throw new InvalidRequestException(
          "A Subscription has nothing that If-None-Exist could name.");
    }
    SubscriptionView made =
        subscriptions.create(Requests.actor(request), PostedSubscription.fromFhir(posted));
    return outcome(made, true, request);
  }

  /** Changes, renews, or ends ({@code off}) it; one that was given up begins again. */
  @Update
  public MethodOutcome update(
      @ResourceParam Subscription posted, @IdParam IdType id, RequestDetails request) {
    String version = Requests.ifMatch(request);
    if (version != null) {
      Requests.match(request, read(id.toUnqualifiedVersionless(), request));
    }
    return subscriptions
        .change(
            Requests.actor(request),
            Requests.id(id),
            PostedSubscription.fromFhir(posted),
            version == null ? null : Integer.valueOf(version))
        .map(changed -> outcome(changed, false, request))
        .orElseThrow(
            () ->
                version == null
                    ? new ResourceNotFoundException(id)
                    : new PreconditionFailedException(Requests.CHANGED));
  }

  private static MethodOutcome outcome(
      SubscriptionView view, boolean created, RequestDetails request) {
    var outcome =
        new MethodOutcome(
            new IdType("Subscription", view.id().toString(), String.valueOf(view.version())),
            created);
    if (Requests.wantsRepresentation(request)) {
      outcome.setResource(SubscriptionMapper.toFhir(view));
    }
    return outcome;
  }

  /** Forgets it. */
  @Delete
  public MethodOutcome delete(@IdParam IdType id, RequestDetails request) {
    if (!subscriptions.remove(Requests.actor(request), Requests.id(id))) {
      throw new ResourceNotFoundException(id);
    }
    return new MethodOutcome(id);
  }

  @Override
  @Read(version = true)
  public Subscription read(@IdParam IdType id, RequestDetails request) {
    return subscriptions
        .byId(Requests.actor(request), Requests.id(id))
        .map(SubscriptionMapper::toFhir)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** The client's own. */
  @Search
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Subscription.SP_STATUS) @Nullable TokenParam status,
      RequestDetails request) {
    var page = new Page(request, null, null);
    List<Subscription> found =
        subscriptions.own(Requests.actor(request), page.asked()).stream()
            .filter(s -> ids == null || ChartSearch.ids(ids).contains(s.id()))
            .filter(s -> status == null || s.status().equals(status.getValue()))
            .map(SubscriptionMapper::toFhir)
            .toList();
    return page.whole(found, Date.from(keys.now()));
  }

  /** How it stands (Subscriptions R5 Backport, {@code $status}). */
  @Operation(name = "$status", idempotent = true)
  public Bundle status(@IdParam IdType id, RequestDetails request) {
    return SubscriptionMapper.notification(
        known(id, request), Kind.QUERY_STATUS, List.of(), request.getFhirServerBase(), keys.now());
  }

  /** What happened, to catch up (Subscriptions R5 Backport, {@code $events}). */
  @Operation(name = "$events", idempotent = true)
  public Bundle events(
      @IdParam IdType id,
      @OperationParam(name = "eventsSinceNumber", typeName = "string") @Nullable StringType since,
      @OperationParam(name = "eventsUntilNumber", typeName = "string") @Nullable StringType until,
      RequestDetails request) {
    SubscriptionView view = known(id, request);
    return SubscriptionMapper.notification(
        view,
        Kind.QUERY_EVENT,
        subscriptions.events(
            Requests.actor(request), view.id(), number(since, 0), number(until, Long.MAX_VALUE)),
        request.getFhirServerBase(),
        keys.now());
  }

  private SubscriptionView known(IdType id, RequestDetails request) {
    return subscriptions
        .byId(Requests.actor(request), Requests.id(id))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  private static long number(@Nullable StringType text, long otherwise) {
    try {
      return text == null ? otherwise : Long.parseLong(text.getValue());
    } catch (NumberFormatException e) {
      throw new InvalidRequestException("The number of an event is a whole number.");
    }
  }
}
