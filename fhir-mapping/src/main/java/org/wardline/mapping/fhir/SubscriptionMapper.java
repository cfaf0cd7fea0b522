package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;

/**
 * Subscriptions, and notifications as Subscriptions R5 Backport writes them for R4: a Bundle of
 * type history whose first entry is the status, as Parameters.
 */
public final class SubscriptionMapper {
  private static final String PROFILE = PostedSubscription.BACKPORT + "backport-subscription";
  private static final String NOTIFICATION =
      PostedSubscription.BACKPORT + "backport-subscription-notification-r4";
  private static final String STATUS =
      PostedSubscription.BACKPORT + "backport-subscription-status-r4";

  private SubscriptionMapper() {}

  /** What a notification is for. */
  public enum Kind {
    HANDSHAKE,
    EVENT_NOTIFICATION,
    QUERY_STATUS,
    QUERY_EVENT;

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Something that happened.
   *
   * @param number from 1, without gaps
   * @param focus {@code Communication/…}
   */
  public record Event(long number, String focus, Instant at) {}

  /** The resource, without the headers that its client gave. */
  public static Subscription toFhir(SubscriptionView view) {
    var subscription = new Subscription();
    subscription.setId(view.id().toString());
    subscription
        .getMeta()
        .setVersionId(String.valueOf(view.version()))
        .setLastUpdated(Date.from(view.updatedAt()));
    subscription.setStatus(SubscriptionStatus.fromCode(view.status()));
    subscription.setReason(view.reason());
    subscription.setEnd(Date.from(view.endsAt()));
    if (!view.error().isEmpty()) {
      subscription.setError(view.error());
    }
    if (view.topic() == null) {
      subscription.setCriteria(view.query());
    } else {
      subscription.getMeta().addProfile(PROFILE);
      subscription.setCriteria(view.topic());
      if (!view.criteria().isEmpty()) {
        subscription
            .getCriteriaElement()
            .addExtension(PostedSubscription.FILTER, new StringType(view.query()));
      }
    }
    var channel = subscription.getChannel();
    channel.setType(SubscriptionChannelType.RESTHOOK).setEndpoint(view.endpoint());
    if (!view.mime().isEmpty()) {
      channel.setPayload(view.mime());
      channel
          .getPayloadElement()
          .addExtension(PostedSubscription.CONTENT, new CodeType(view.content()));
    }
    return subscription;
  }

  /**
   * A notification, or the answer to {@code $status} and {@code $events}.
   *
   * @param base of our own server
   */
  public static Bundle notification(
      SubscriptionView view, Kind kind, List<Event> events, String base, Instant now) {
    var bundle = new Bundle();
    bundle.setId(UUID.randomUUID().toString());
    bundle.setType(kind == Kind.QUERY_STATUS ? BundleType.SEARCHSET : BundleType.HISTORY);
    if (kind != Kind.QUERY_STATUS) {
      bundle.getMeta().addProfile(NOTIFICATION);
    }
    bundle.setTimestamp(Date.from(now));
    Bundle.BundleEntryComponent first = bundle.addEntry();
    first.setFullUrl("urn:uuid:" + UUID.randomUUID()).setResource(status(view, kind, events, base));
    if (kind == Kind.QUERY_STATUS) {
      first.getSearch().setMode(Bundle.SearchEntryMode.MATCH);
      return bundle;
    }
    first.getRequest().setMethod(HTTPVerb.GET).setUrl("Subscription/" + view.id() + "/$status");
    first.getResponse().setStatus("200");
    if (!view.content().equals("empty")) {
      for (Event event : events) {
        var entry = bundle.addEntry().setFullUrl(base + "/" + event.focus());
        entry.getRequest().setMethod(HTTPVerb.PUT).setUrl(event.focus());
        entry.getResponse().setStatus("200");
      }
    }
    return bundle;
  }

  private static Parameters status(
      SubscriptionView view, Kind kind, List<Event> events, String base) {
    var status = new Parameters();
    status.setId(view.id().toString());
    status.getMeta().addProfile(STATUS);
    status
        .addParameter()
        .setName("subscription")
        .setValue(new Reference(base + "/Subscription/" + view.id()));
    if (view.topic() != null) {
      status.addParameter().setName("topic").setValue(new CanonicalType(view.topic()));
    }
    status.addParameter().setName("status").setValue(new CodeType(view.status()));
    status.addParameter().setName("type").setValue(new CodeType(kind.code()));
    status
        .addParameter()
        .setName("events-since-subscription-start")
        .setValue(new StringType(String.valueOf(view.collected())));
    for (Event event : events) {
      ParametersParameterComponent part = status.addParameter().setName("notification-event");
      part.addPart()
          .setName("event-number")
          .setValue(new StringType(String.valueOf(event.number())));
      part.addPart().setName("timestamp").setValue(new InstantType(Date.from(event.at())));
      if (!view.content().equals("empty")) {
        part.addPart().setName("focus").setValue(new Reference(base + "/" + event.focus()));
      }
    }
    if (!view.error().isEmpty()) {
      status
          .addParameter()
          .setName("error")
          .setValue(new org.hl7.fhir.r4.model.CodeableConcept().setText(view.error()));
    }
    return status;
  }
}
