package org.wardline.mapping.fhir;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;
import org.jspecify.annotations.Nullable;
import org.wardline.message.InvalidMessageException;

/**
 * What a client asks for when it posts a Subscription: in the way of R4 (criteria are a search), or
 * by a topic of ours (R5 Backport for R4).
 *
 * @param resourceType what it is about
 * @param criteria search parameters; empty for all
 * @param topic canonical URL; null for R4's own way
 * @param headers sent with each notification; may be secrets
 * @param content {@code none}, {@code empty} or {@code id-only}
 * @param mime media type of the body; empty when there is none
 * @param end null for as long as it may be
 * @param off the client does not want it any more
 */
public record PostedSubscription(
    String resourceType,
    String criteria,
    @Nullable String topic,
    String endpoint,
    List<String> headers,
    String content,
    String mime,
    String reason,
    @Nullable Instant end,
    boolean off) {
  static final String BACKPORT =
      "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";
  static final String FILTER = BACKPORT + "backport-filter-criteria";
  static final String CONTENT = BACKPORT + "backport-payload-content";

  /** Topics by the resource type that they are about. */
  public static final Map<String, String> TOPICS =
      Map.of(
          "https://wardline.org/fhir/SubscriptionTopic/message", "Communication",
          "https://wardline.org/fhir/SubscriptionTopic/receipt", "Task",
          "https://wardline.org/fhir/SubscriptionTopic/alert", "CommunicationRequest",
          "https://wardline.org/fhir/SubscriptionTopic/audit", "AuditEvent");

  public PostedSubscription {
    headers = List.copyOf(headers);
  }

  /**
   * Reads it.
   *
   * @throws InvalidMessageException naming the element that is missing, wrong or not supported
   */
  public static PostedSubscription fromFhir(Subscription posted) {
    Subscription.SubscriptionChannelComponent channel = posted.getChannel();
    if (channel.getType() != SubscriptionChannelType.RESTHOOK) {
      throw fault("channel.type", "only rest-hook is supported");
    }
    if (!channel.hasEndpoint()) {
      throw fault("channel.endpoint", "an endpoint is required");
    }
    if (!posted.hasReason()) {
      throw fault("reason", "say what it is for");
    }
    boolean off = posted.getStatus() == SubscriptionStatus.OFF;
    String criteria = posted.getCriteria() == null ? "" : posted.getCriteria().strip();
    String type = TOPICS.get(criteria);
    Optional<String> wanted = extension(channel.getPayloadElement(), CONTENT);
    String mime = channel.getPayload() == null ? "" : channel.getPayload();
    return type == null
        ? plain(posted, criteria, wanted, mime, off)
        : byTopic(posted, criteria, type, wanted, mime, off);
  }

  private static PostedSubscription plain(
      Subscription posted, String criteria, Optional<String> wanted, String mime, boolean off) {
    int mark = criteria.indexOf('?');
    String type = mark < 0 ? criteria : criteria.substring(0, mark);
    if (!TOPICS.containsValue(type)) {
      throw fault(
          "criteria",
          "a topic, or a search of Communication, Task, CommunicationRequest or AuditEvent");
    }
    String content = wanted.orElse(mime.isEmpty() ? "none" : "id-only");
    return of(posted, type, mark < 0 ? "" : criteria.substring(mark + 1), null, content, mime, off);
  }

  private static PostedSubscription byTopic(
      Subscription posted,
      String topic,
      String type,
      Optional<String> wanted,
      String mime,
      boolean off) {
    var filters = new ArrayList<String>();
    for (Extension each : posted.getCriteriaElement().getExtensionsByUrl(FILTER)) {
      String filter = each.getValue() == null ? "" : each.getValue().primitiveValue();
      String query = filter.startsWith(type + "?") ? filter.substring(type.length() + 1) : filter;
      filters.add(query);
    }
    return of(
        posted,
        type,
        String.join("&", filters),
        topic,
        wanted.orElse("id-only"),
        mime.isEmpty() ? "application/fhir+json" : mime,
        off);
  }

  @SuppressWarnings("checkstyle:ParameterNumber")
  private static PostedSubscription of(
      Subscription posted,
      String type,
      String criteria,
      @Nullable String topic,
      String content,
      String mime,
      boolean off) {
    if (!List.of("none", "empty", "id-only").contains(content)) {
      throw fault(
          "channel.payload",
          "content is empty or id-only: who wants the resource reads it, and that is on record");
    }
    if (!mime.isEmpty() && !mime.startsWith("application/fhir+json")) {
      throw fault("channel.payload", "only application/fhir+json is supported");
    }
    Date end = posted.getEnd();
    return new PostedSubscription(
        type,
        criteria,
        topic,
        posted.getChannel().getEndpoint(),
        posted.getChannel().getHeader().stream().map(StringType::getValue).toList(),
        content,
        mime,
        posted.getReason(),
        end == null ? null : end.toInstant(),
        off);
  }

  private static Optional<String> extension(Element element, String url) {
    return Optional.ofNullable(element.getExtensionByUrl(url))
        .map(Extension::getValue)
        .map(value -> value.primitiveValue());
  }

  private static InvalidMessageException fault(String at, String words) {
    return new InvalidMessageException("Subscription." + at, words);
  }
}
