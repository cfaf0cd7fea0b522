package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.IdType;
import org.jspecify.annotations.Nullable;
import org.wardline.compose.Retractions;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.mapping.fhir.PostedCommunication;
import org.wardline.message.Actor;
import org.wardline.reading.Communications;
import org.wardline.reading.Communications.Query;
import org.wardline.store.Keys;

/**
 * Communication: create is the same act as a person's message; read and search obey the same
 * rights.
 */
@Singleton
public class CommunicationProvider implements IResourceProvider {
  private final Submissions submissions;
  private final Communications communications;
  private final PostedDrafts drafts;
  private final Retractions retractions;
  private final Keys keys;

  @Inject
  public CommunicationProvider(
      Submissions submissions,
      Communications communications,
      PostedDrafts drafts,
      Retractions retractions,
      Keys keys) {
    this.submissions = submissions;
    this.communications = communications;
    this.drafts = drafts;
    this.retractions = retractions;
    this.keys = keys;
  }

  @Override
  public Class<Communication> getResourceType() {
    return Communication.class;
  }

  /**
   * Sends a message; with {@code If-None-Exist} of an identifier that the message carries, at most
   * once.
   */
  @Create
  public MethodOutcome create(
      @ResourceParam Communication posted,
      @ConditionalUrlParam @Nullable String condition,
      RequestDetails request) {
    Actor actor = Requests.actor(request);
    submissions.permitSender(actor);
    PostedCommunication read = PostedCommunication.fromFhir(posted);
    if (condition != null
        && read.identifiers().stream().noneMatch(i -> names(condition, i.system(), i.value()))) {
      throw new InvalidRequestException(
          "If-None-Exist is supported with an identifier that the resource carries.");
    }
    Submitted sent = submissions.submit(actor, drafts.draft(actor, read));
    var outcome =
        new MethodOutcome(
            new IdType("Communication", sent.messageId().toString(), "1"), !sent.repeated());
    if (Requests.wantsRepresentation(request)) {
      communications
          .ownAfterSubmit(actor, sent.messageId())
          .map(CommunicationMapper::toFhir)
          .ifPresent(outcome::setResource);
    }
    return outcome;
  }

  /**
   * Takes a message back: {@code entered-in-error}, or {@code stopped}; nothing else of it can be
   * changed. The reason is the first coding of {@code statusReason} in our code system.
   */
  @Update
  public MethodOutcome update(
      @ResourceParam Communication posted, @IdParam IdType id, RequestDetails request) {
    if (posted.getStatus() != CommunicationStatus.ENTEREDINERROR
        && posted.getStatus() != CommunicationStatus.STOPPED) {
      throw new UnprocessableEntityException(
          "Communication.status: a message can only be taken back (entered-in-error, or stopped).");
    }
    Actor actor = Requests.actor(request);
    UUID key = Requests.id(id);
    Communication now =
        retractions
            .retract(actor, key, PostedCommunication.reason(posted))
            .flatMap(taken -> communications.ownAfterSubmit(actor, key))
            .map(CommunicationMapper::toFhir)
            .orElseThrow(() -> new ResourceNotFoundException(id));
    var outcome = new MethodOutcome(now.getIdElement().withVersion(now.getMeta().getVersionId()));
    if (Requests.wantsRepresentation(request)) {
      outcome.setResource(now);
    }
    return outcome;
  }

  @Read
  public Communication read(@IdParam IdType id, RequestDetails request) {
    return communications
        .byId(Requests.actor(request), Requests.id(id))
        .map(CommunicationMapper::toFhir)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** Searches, newest first. */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(name = Communication.SP_PATIENT) @Nullable ReferenceOrListParam patient,
      @OptionalParam(name = Communication.SP_SUBJECT) @Nullable ReferenceOrListParam subject,
      @OptionalParam(name = Communication.SP_RECIPIENT) @Nullable ReferenceOrListParam recipient,
      @OptionalParam(name = Communication.SP_SENDER) @Nullable ReferenceOrListParam sender,
      @OptionalParam(name = Communication.SP_SENT) @Nullable DateRangeParam sent,
      @OptionalParam(name = Communication.SP_IDENTIFIER) @Nullable TokenParam identifier,
      @OptionalParam(name = Communication.SP_PART_OF) @Nullable ReferenceParam partOf,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    var query =
        new Query(
            ids == null
                ? List.of()
                : ids.getValuesAsQueryTokens().stream().map(t -> Page.uuid(t.getValue())).toList(),
            keys(patient == null ? subject : patient),
            literals(recipient, "Practitioner"),
            literals(sender, "Practitioner"),
            Requests.from(sent),
            Requests.until(sent),
            identifier == null ? null : identifier.getValue(),
            identifier == null || identifier.getSystem() == null || identifier.getSystem().isEmpty()
                ? null
                : identifier.getSystem(),
            partOf == null ? null : Page.uuid(partOf.getIdPart()),
            page.cursor());
    var found =
        communications.find(Requests.actor(request), query, page.limit(), page.asked()).stream()
            .map(CommunicationMapper::toFhir)
            .toList();
    return page.bundle(found, Date.from(keys.now()));
  }

  private static List<UUID> keys(@Nullable ReferenceOrListParam references) {
    return Requests.references(references).stream().map(r -> Page.uuid(r.getIdPart())).toList();
  }

  private static List<String> literals(@Nullable ReferenceOrListParam references, String usual) {
    return Requests.references(references).stream()
        .map(r -> (r.getResourceType() == null ? usual : r.getResourceType()) + "/" + r.getIdPart())
        .toList();
  }

  private static boolean names(String condition, String system, String value) {
    String query =
        java.net.URLDecoder.decode(
            condition.substring(condition.indexOf('?') + 1),
            java.nio.charset.StandardCharsets.UTF_8);
    return query.equals("identifier=" + system + "|" + value)
        || query.equals("identifier=" + value);
  }
}
