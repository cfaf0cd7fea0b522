package org.wardline.web.fhir;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Group;
import org.jspecify.annotations.Nullable;
import org.wardline.chart.Chart;
import org.wardline.compose.Draft;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.directory.Directory;
import org.wardline.directory.People;
import org.wardline.directory.RoleSnapshot;
import org.wardline.mapping.fhir.PostedCommunication;
import org.wardline.mapping.fhir.PostedCommunication.Party;
import org.wardline.mapping.fhir.PostedGroup;
import org.wardline.mapping.fhir.Systems;
import org.wardline.message.Actor;
import org.wardline.message.Identifiers;
import org.wardline.message.InvalidMessageException;
import org.wardline.message.PartyRef;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Keys;

/**
 * Resolves the references of a posted Communication, by our ids or by identifiers that other
 * systems know.
 */
@Singleton
public class PostedDrafts {
  private static final Pattern GROUP = Pattern.compile("(?:.*/)?Group/([^/]+)");

  private final People people;
  private final Directory directory;
  private final Patients patients;
  private final Chart chart;
  private final Keys keys;

  @Inject
  public PostedDrafts(
      People people, Directory directory, Patients patients, Chart chart, Keys keys) {
    this.people = people;
    this.directory = directory;
    this.patients = patients;
    this.chart = chart;
    this.keys = keys;
  }

  /** Whom it goes to depends on who is in a group now. */
  static boolean toGroup(PostedCommunication posted) {
    return posted.recipients().stream().anyMatch(to -> GROUP.matcher(to.reference()).matches());
  }

  /**
   * An {@code If-None-Exist} is heeded by the identifiers that a message carries anyway.
   *
   * @throws InvalidRequestException when the condition is another one
   */
  static void carries(PostedCommunication posted, @Nullable String condition) {
    if (condition == null) {
      return;
    }
    String query =
        URLDecoder.decode(condition.substring(condition.indexOf('?') + 1), StandardCharsets.UTF_8);
    boolean carried =
        posted.identifiers().stream()
            .anyMatch(
                i ->
                    query.equals("identifier=" + i.system() + "|" + i.value())
                        || query.equals("identifier=" + i.value()));
    if (!carried) {
      throw new InvalidRequestException(
          "If-None-Exist is supported with an identifier that the resource carries.");
    }
  }

  Draft draft(Actor actor, PostedCommunication posted) {
    UUID organization = actor.organizationId();
    if (posted.recipients().size() > Draft.MAX_RECIPIENTS) {
      throw new InvalidMessageException(
          "recipient", "At most " + Draft.MAX_RECIPIENTS + " recipients.");
    }
    List<PartyRef> recipients = new ArrayList<>();
    for (int i = 0; i < posted.recipients().size(); i++) {
      recipients.addAll(parties(organization, posted.recipients().get(i), "recipient[" + i + "]"));
    }
    return new Draft(
        key(posted.partOf(), "partOf"),
        patient(organization, posted.subject()),
        posted.topic(),
        recipients.stream().distinct().toList(),
        posted.category(),
        posted.priority(),
        posted.content(),
        key(posted.inResponseTo(), "inResponseTo"),
        sender(actor, posted.sender()),
        posted.completed(),
        posted.identifiers(),
        posted.carried());
  }

  /** A group stands for those who are in it now. */
  private List<PartyRef> parties(UUID organization, Party given, String field) {
    Matcher group = GROUP.matcher(given.reference());
    if (!group.matches()) {
      return List.of(party(organization, given, field));
    }
    UUID id = Objects.requireNonNull(key(group.group(1), field));
    Group found =
        chart
            .byId(organization, "Group", id)
            .map(entry -> (Group) ChartResources.resource(entry))
            .orElseThrow(() -> new UnknownReferenceException(field, "There is no such group."));
    List<PartyRef> members =
        PostedGroup.members(found, keys.now()).stream()
            .map(m -> party(organization, m, field))
            .toList();
    if (members.isEmpty()) {
      throw new UnknownReferenceException(field, "Nobody is in this group.");
    }
    return members;
  }

  private @Nullable UUID patient(UUID organization, @Nullable Party subject) {
    if (subject == null) {
      return null;
    }
    if (!subject.reference().isEmpty()) {
      return key(subject.reference(), "subject");
    }
    var query =
        Patients.Query.ofIdentifier(
            subject.system().isEmpty() ? null : subject.system(), subject.value());
    List<PatientSummary> found = patients.find(organization, query, 2);
    if (found.size() != 1) {
      throw new UnknownReferenceException(
          "subject",
          found.isEmpty()
              ? "There is no such patient."
              : "The identifier belongs to several patients.");
    }
    return found.get(0).id();
  }

  /** Null when the client writes for itself. */
  private @Nullable PartyRef sender(Actor actor, @Nullable Party sender) {
    if (sender == null) {
      return null;
    }
    boolean itself =
        sender.reference().equals(actor.party().toString())
            || (sender.reference().isEmpty() && sender.value().equals(actor.identifier()));
    return itself ? null : party(actor.organizationId(), sender, "sender");
  }

  private PartyRef party(UUID organization, Party given, String field) {
    if (!given.reference().isEmpty()) {
      return literal(organization, given.reference(), field);
    }
    if (given.system().equals(Systems.ON_CALL_ROLE)) {
      return directory
          .named(organization, d -> d.code(given.value()))
          .map(Directory.Role::party)
          .orElseThrow(() -> new UnknownReferenceException(field, "There is no such role."));
    }
    return directory
        .named(organization, d -> d.username(given.value()))
        .filter(p -> given.system().isEmpty() || given.system().equals(Systems.USERNAME))
        .map(Directory.Member::party)
        .orElseThrow(() -> new UnknownReferenceException(field, "There is no such person."));
  }

  /** A literal reference, absolute or relative; a PractitionerRole stands for its person. */
  private PartyRef literal(UUID organization, String reference, String field) {
    try {
      String[] parts = reference.split("/", -1);
      PartyRef party = PartyRef.parse(parts[parts.length - 2] + "/" + parts[parts.length - 1]);
      if (party.kind() != PartyRef.Kind.PRACTITIONER_ROLE) {
        return party;
      }
      return people
          .snapshot(organization, party.id())
          .map(RoleSnapshot::practitionerId)
          .map(PartyRef::practitioner)
          .orElseThrow(
              () -> new UnknownReferenceException(field, "There is no such role of a person."));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UnknownReferenceException(field, "This reference is unknown here.");
    }
  }

  private static @Nullable UUID key(@Nullable String reference, String field) {
    if (reference == null) {
      return null;
    }
    try {
      return Identifiers.parse(reference.substring(reference.lastIndexOf('/') + 1));
    } catch (IllegalArgumentException e) {
      throw new UnknownReferenceException(field, "This reference is unknown here.");
    }
  }
}
