package org.wardline.mapping.fhir;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.fhir.TranscriptView.Line;
import org.wardline.mapping.fhir.TranscriptView.Receipt;
import org.wardline.message.Author;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Retraction;

/** What a transcript says in words, the same in each of its forms. */
public final class TranscriptWords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ENGLISH);

  private final ZoneId zone;

  /**
   * Words.
   *
   * @param zone in which times are told
   */
  public TranscriptWords(ZoneId zone) {
    this.zone = zone;
  }

  /** What it is called. */
  public String title(ThreadView thread) {
    String topic = thread.topic();
    return topic.isEmpty() ? "Conversation" : "Conversation: " + topic;
  }

  /** Whom it is about; name, birth date and number are never apart. */
  public String patient(@Nullable PatientSnapshot patient) {
    if (patient == null) {
      return "About no patient";
    }
    String born =
        patient.birthDate() == null ? "birth date unknown" : "born " + patient.birthDate();
    return patient.name() + " · " + born + " · record " + patient.identifier();
  }

  /** When it was taken, and by whom. */
  public String taken(TranscriptView transcript) {
    return "Taken " + time(transcript.takenAt()) + " by " + transcript.takenBy();
  }

  /** When a message was written, by whom, and how urgent it is. */
  public String heading(Line line) {
    Author author = line.message().header().author();
    String standing =
        String.join(
            ", ",
            List.of(author.profession(), author.department()).stream()
                .filter(part -> !part.isEmpty())
                .toList());
    return time(line.message().header().sentAt())
        + " · "
        + author.shownName()
        + (standing.isEmpty() ? "" : " (" + standing + ")")
        + " · "
        + line.message().header().priority().code();
  }

  /** What a message said, or why that is not told. */
  public String text(Line line) {
    CommunicationView message = line.message();
    Retraction retraction = message.retraction();
    if (retraction != null) {
      return "Taken back by " + retraction.by() + ". " + retraction.reason().words();
    }
    return message.content() == null
        ? "Changed where it is kept: not shown."
        : message.content().text();
  }

  /** Whom it was about when it was written, where that is not who the conversation is about now. */
  public String about(TranscriptView transcript, Line line) {
    PatientSnapshot then = line.message().header().patient();
    PatientSnapshot now = transcript.thread().patient();
    boolean same =
        then == null
            ? now == null
            : now != null
                && then.name().equals(now.name())
                && Objects.equals(then.birthDate(), now.birthDate())
                && then.identifierSystem().equals(now.identifierSystem())
                && then.identifier().equals(now.identifier());
    return same ? "" : "Written about: " + patient(then);
  }

  /** Where it is at one recipient. */
  public String receipt(Receipt receipt) {
    return receipt.name()
        + (receipt.viaRole() == null ? "" : " as " + receipt.viaRole())
        + ": "
        + receipt.state().code().replace('_', ' ')
        + " "
        + time(receipt.at());
  }

  private String time(Instant at) {
    return TIME.format(at.atZone(zone));
  }
}
