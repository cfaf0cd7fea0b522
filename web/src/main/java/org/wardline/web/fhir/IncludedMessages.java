package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.Resource;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.reading.Communications;
import org.wardline.reading.MessageQuery;

/** Messages that refer to what a search found ({@code _revinclude}). */
@Singleton
public class IncludedMessages {
  private final Communications communications;

  @Inject
  public IncludedMessages(Communications communications) {
    this.communications = communications;
  }

  /** The messages that these alerts became. */
  List<Communication> ofAlerts(List<Resource> found, RequestDetails request) {
    List<UUID> alerts = keys(found, CommunicationRequest.class::isInstance);
    return alerts.isEmpty()
        ? List.of()
        : found(MessageQuery.of(alerts), alerts.size(), "based-on", request);
  }

  /**
   * Messages of these conversations, the newest of each first.
   *
   * @param most of all together
   */
  List<Communication> ofThreads(List<Resource> found, int most, RequestDetails request) {
    List<Communication> messages = new ArrayList<>();
    for (UUID thread : keys(found, r -> r instanceof Communication header && !header.hasPartOf())) {
      int left = most - messages.size();
      if (left > 0) {
        messages.addAll(found(MessageQuery.ofThread(thread), left, "part-of", request));
      }
    }
    return messages;
  }

  private List<Communication> found(
      MessageQuery query, int most, String by, RequestDetails request) {
    String asked = request.getRequestPath() + "?_revinclude=Communication:" + by;
    return communications.find(Requests.actor(request), query, most, asked).stream()
        .map(CommunicationMapper::toFhir)
        .toList();
  }

  private static List<UUID> keys(List<Resource> found, Predicate<Resource> meant) {
    return found.stream().filter(meant).map(r -> Page.uuid(r.getIdElement().getIdPart())).toList();
  }
}
