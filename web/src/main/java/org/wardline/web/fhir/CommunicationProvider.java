package org.wardline.web.fhir;

import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.model.valueset.BundleEntryTransactionMethodEnum;
import ca.uhn.fhir.rest.annotation.ConditionalUrlParam;
import ca.uhn.fhir.rest.annotation.Count;
import ca.uhn.fhir.rest.annotation.Create;
import ca.uhn.fhir.rest.annotation.History;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.annotation.Update;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ReferenceAndListParam;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.StringOrListParam;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.compose.Retractions;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.mapping.fhir.CommunicationMapper;
import org.wardline.mapping.fhir.PostedCommunication;
import org.wardline.message.Actor;
import org.wardline.reading.Communications;
import org.wardline.reading.MessageQuery;
import org.wardline.reading.MessageQuery.Links;
import org.wardline.reading.Threads;
import org.wardline.store.Keys;

/**
 * Communication: create is the same act as a person's message; read and search obey the same
 * rights.
 */
@Singleton
@SuppressWarnings("NullAway.Init")
public class CommunicationProvider extends ChangeProvider {
  private static final Set<String> SIMPLE =
      Set.of("_id", "_format", "_pretty", "_summary", "_elements", "_include", "_revinclude");
  private static final Set<String> HEADER_PARAMETERS =
      Set.of(
          "part-of",
          "_id",
          "patient",
          "subject",
          "recipient",
          "sent",
          "_lastUpdated",
          "topic",
          "_count",
          "_cursor",
          "_format",
          "_pretty",
          "_summary",
          "_elements",
          "_sort",
          "_include",
          "_revinclude");

  private final Submissions submissions;
  private final CommunicationPages pages;
  private final ChartSearch chart;
  private final PostedDrafts drafts;
  private final Retractions retractions;
  private final Keys keys;

  @EJB private Communications communications; // not @Inject: see docs/performance.md

  @Inject
  public CommunicationProvider(
      Submissions submissions,
      CommunicationPages pages,
      ChartSearch chart,
      PostedDrafts drafts,
      Retractions retractions,
      Keys keys) {
    this.submissions = submissions;
    this.pages = pages;
    this.chart = chart;
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
    PostedCommunication read = PostedCommunication.fromFhir(posted, keys.now());
    PostedDrafts.carries(read, condition);
    Optional<Submitted> before =
        PostedDrafts.toGroup(read)
            ? submissions.before(actor, read.identifiers())
            : Optional.empty();
    Submitted sent = before.orElseGet(() -> submissions.submit(actor, drafts.draft(actor, read)));
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
    if (Requests.ifMatch(request) != null) {
      Requests.match(request, read(id.toUnqualifiedVersionless(), request));
    }
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

  @Override
  MethodOutcome change(Resource changed, IdType id, RequestDetails request) {
    return update((Communication) changed, id, request);
  }

  /** A message, or the header of a conversation. */
  @Override
  @Read(version = true)
  public Communication read(@IdParam IdType id, RequestDetails request) {
    Actor actor = Requests.actor(request);
    UUID key = Requests.id(id);
    if (id.hasVersionIdPart()) {
      Optional<Communication> version =
          history(id, request).stream()
              .filter(c -> id.getVersionIdPart().equals(c.getMeta().getVersionId()))
              .findFirst();
      if (version.isPresent()) {
        return version.get();
      }
    }
    return communications
        .byId(actor, key, CommunicationMapper::toFhir, CommunicationMapper::threadHeader)
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /**
   * A message as it was, step by step, newest first; its text is never shown once it was taken
   * back.
   */
  @History
  public List<Communication> history(@IdParam IdType id, RequestDetails request) {
    List<Communication> versions = new ArrayList<>();
    communications
        .history(Requests.actor(request), Requests.id(id))
        .forEach(view -> versions.add(0, CommunicationMapper.toFhir(view)));
    if (versions.isEmpty()) { // the header of a conversation, of which there is one, or nothing
      versions.add(read(id.toVersionless(), request));
    }
    for (Communication version : versions) {
      String number = version.getMeta().getVersionId();
      // a header has no versions; an entry of a history names one (bdl-4)
      String named =
          number == null
              ? String.valueOf(version.getMeta().getLastUpdated().toInstant().toEpochMilli())
              : number;
      version.setId(version.getIdElement().withVersion(named));
      ResourceMetadataKeyEnum.ENTRY_TRANSACTION_METHOD.put(
          version,
          "1".equals(number)
              ? BundleEntryTransactionMethodEnum.POST
              : BundleEntryTransactionMethodEnum.PUT);
    }
    return versions;
  }

  /**
   * Messages, newest first; with {@code part-of:missing=true} the headers of conversations instead,
   * to which messages belong.
   */
  @Search
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Bundle search(
      @OptionalParam(name = "_id") @Nullable TokenOrListParam ids,
      @OptionalParam(
              name = Communication.SP_PATIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam patient,
      @OptionalParam(
              name = Communication.SP_SUBJECT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam subject,
      @OptionalParam(
              name = Communication.SP_RECIPIENT,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceAndListParam recipient,
      @OptionalParam(
              name = Communication.SP_SENDER,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam sender,
      @OptionalParam(name = Communication.SP_SENT) @Nullable DateRangeParam sent,
      @OptionalParam(name = Communication.SP_RECEIVED) @Nullable DateRangeParam received,
      @OptionalParam(name = "_lastUpdated") @Nullable DateRangeParam updated,
      @OptionalParam(name = Communication.SP_IDENTIFIER) @Nullable TokenOrListParam identifier,
      @OptionalParam(name = Communication.SP_STATUS) @Nullable TokenOrListParam status,
      @OptionalParam(name = Communication.SP_CATEGORY) @Nullable TokenOrListParam category,
      @OptionalParam(name = "priority") @Nullable TokenOrListParam priority,
      @OptionalParam(name = Communication.SP_PART_OF) @Nullable ReferenceOrListParam partOf,
      @OptionalParam(name = "in-response-to") @Nullable ReferenceOrListParam inResponseTo,
      @OptionalParam(
              name = Communication.SP_BASED_ON,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam basedOn,
      @OptionalParam(
              name = Communication.SP_ENCOUNTER,
              chainWhitelist = {"", "identifier"})
          @Nullable ReferenceOrListParam encounter,
      @OptionalParam(name = Communication.SP_MEDIUM) @Nullable TokenOrListParam medium,
      @OptionalParam(name = Communication.SP_INSTANTIATES_CANONICAL)
          @Nullable ReferenceOrListParam canonical,
      @OptionalParam(name = Communication.SP_INSTANTIATES_URI) @Nullable UriOrListParam uri,
      @OptionalParam(name = "topic") @Nullable StringOrListParam topic,
      @OptionalParam(name = Page.CURSOR) @Nullable StringParam cursor,
      @Count @Nullable Integer count,
      RequestDetails request) {
    var page = new Page(request, count, cursor);
    SearchExtras extras = SearchExtras.of(request);
    Actor actor = Requests.actor(request);
    List<UUID> patients = patients(patient == null ? subject : patient, request);
    List<List<String>> recipients =
        Requests.partiesOfEach(
            recipient, "Practitioner", called -> communications.partiesNamed(actor, called));
    List<String> senders = parties(sender, actor);
    boolean nobody =
        nobody(patient == null ? subject : patient, patients)
            || recipients.contains(List.<String>of())
            || nobody(sender, senders);
    boolean nothing = extras.nothing() || nobody;
    List<UUID> wanted = nothing ? List.of(Requests.NOTHING) : ChartSearch.ids(ids);
    if (ids != null && SIMPLE.containsAll(extras.asked().keySet())) {
      if (wanted.size() > Page.MOST) {
        throw new InvalidRequestException("At most " + Page.MOST + " are asked for by _id.");
      }
      return pages.byIds(wanted, page, actor);
    }
    if (Boolean.TRUE.equals(extras.missing().get(Communication.SP_PART_OF))) {
      headersOnly(extras);
      var query =
          new Threads.Query(
              wanted,
              patients,
              recipients,
              Requests.span(sent),
              Requests.span(updated),
              Requests.texts(topic),
              page.cursor(),
              page.byChange());
      return pages.headers(query, page, actor);
    }
    var links =
        new Links(
            Requests.keys(partOf),
            Requests.keys(inResponseTo),
            CarriedParameters.of(request, basedOn, encounter, medium, category, canonical, uri),
            extras.missing(true),
            extras.missing(false));
    MessageQuery query =
        MessageQuery.any()
            .ids(wanted)
            .patients(patients)
            .toEach(recipients)
            .senders(senders)
            .sent(Requests.span(sent))
            .received(Requests.span(received))
            .changed(Requests.span(updated))
            .identifiers(Requests.identifiers(identifier))
            .codes(Requests.codes(status, CarriedParameters.ours(category), priority))
            .links(links)
            .topics(Requests.texts(topic))
            .oldestFirst("sent".equals(extras.sort()) || "_id".equals(extras.sort()))
            .after(page.cursor())
            .build();
    return pages.messages(query, page, request);
  }

  /** By what conversations are not found: to leave it out would find too many. */
  private static void headersOnly(SearchExtras extras) {
    if (extras.sort() != null && !extras.sort().matches("-.*|_lastUpdated")) {
      throw new InvalidRequestException("Conversations come with the newest first.");
    }
    for (String key : extras.asked().keySet()) {
      if (!HEADER_PARAMETERS.contains(key.split("[:.]", 2)[0])) {
        throw new InvalidRequestException(
            "The search parameter " + key + " does not go together with part-of:missing=true.");
      }
    }
  }

  private List<UUID> patients(@Nullable ReferenceOrListParam patient, RequestDetails request) {
    return chart.patients("Communication", patient, request);
  }

  /** By reference, or by what other systems call them. */
  private List<String> parties(@Nullable ReferenceOrListParam references, Actor actor) {
    return Requests.parties(
        references, "Practitioner", identifier -> communications.partiesNamed(actor, identifier));
  }

  private static boolean nobody(@Nullable ReferenceOrListParam asked, List<?> found) {
    return asked != null && found.isEmpty();
  }
}
