package org.wardline.mapping.fhir;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.wardline.message.Author;
import org.wardline.message.ReceiptState;

/**
 * Receipts as FHIR R4 Task (http://hl7.org/fhir/R4/task.html): one for each message and recipient,
 * whose business status is the receipt and whose output are the times of all of them.
 */
public final class ReceiptMapper {
  private static final String DESTINATION = "destination:";
  private static final Set<TaskStatus> ENDED =
      Set.of(TaskStatus.COMPLETED, TaskStatus.REJECTED, TaskStatus.FAILED, TaskStatus.CANCELLED);

  private ReceiptMapper() {}

  /** The Task of a receipt, with references into our own server. */
  public static Task toFhir(ReceiptView view) {
    var task = new Task();
    task.setId(view.id());
    task.getMeta()
        .setVersionId(String.valueOf(view.version()))
        .setLastUpdated(Date.from(view.at()));
    task.setStatus(status(new Standing(view.state(), view.answerAwaited())));
    task.setIntent(Task.TaskIntent.ORDER);
    task.setCode(concept(Systems.TASK_CODE, "receipt"));
    task.setBusinessStatus(concept(Systems.RECEIPT_STATE, view.state().code()));
    if (!view.detail().isEmpty()) {
      task.setStatusReason(new CodeableConcept().setText(view.detail()));
    }
    task.setFocus(new Reference("Communication/" + view.messageId()));
    if (view.patient() != null) {
      task.setFor(new Reference("Patient/" + view.patient()));
    }
    task.setAuthoredOnElement(time(view.sentAt()));
    task.setLastModifiedElement(time(view.at()));
    task.setRequester(requester(view.author()));
    task.setOwner(owner(view));
    if (view.viaRole() != null) {
      task.addPerformerType(new CodeableConcept().setText(view.viaRole()));
    }
    task.getExecutionPeriod().setStartElement(time(view.sentAt()));
    if (ENDED.contains(task.getStatus())) {
      task.getExecutionPeriod().setEndElement(time(view.at()));
    }
    view.steps()
        .forEach(
            step ->
                task.addOutput()
                    .setType(concept(Systems.RECEIPT_STATE, step.state().code()))
                    .setValue(time(step.at())));
    return task;
  }

  /**
   * What decides the status of a Task.
   *
   * @param answerAwaited as in {@link ReceiptView#answerAwaited}; matters where the state is {@code
   *     READ}
   */
  public record Standing(ReceiptState state, boolean answerAwaited) {}

  /** What makes a Task have that status (FHIR R4 value set task-status); empty for others. */
  public static List<Standing> standings(String status) {
    return Arrays.stream(ReceiptState.values())
        .flatMap(
            state ->
                state == ReceiptState.READ
                    ? Stream.of(new Standing(state, false), new Standing(state, true))
                    : Stream.of(new Standing(state, false)))
        .filter(standing -> status(standing).toCode().equals(status))
        .toList();
  }

  /** What was read is done, unless the reader is asked to answer. */
  static TaskStatus status(Standing standing) {
    return switch (standing.state()) {
      case QUEUED, SENT, DEFERRED -> TaskStatus.REQUESTED;
      case DELIVERED -> TaskStatus.RECEIVED;
      case READ -> standing.answerAwaited() ? TaskStatus.RECEIVED : TaskStatus.COMPLETED;
      case ESCALATED, RETRACTING -> TaskStatus.INPROGRESS;
      case ACKNOWLEDGED, FILED, RETRACTED -> TaskStatus.COMPLETED;
      case DECLINED -> TaskStatus.REJECTED;
      case FAILED, RETRACTION_FAILED -> TaskStatus.FAILED;
      case WITHDRAWN -> TaskStatus.CANCELLED;
    };
  }

  private static Reference requester(Author author) {
    String reference =
        author.roleId() == null ? author.party().toString() : "PractitionerRole/" + author.roleId();
    return new Reference(reference).setDisplay(author.shownName());
  }

  private static Reference owner(ReceiptView view) {
    if (!view.target().startsWith(DESTINATION)) {
      return new Reference(view.target()).setDisplay(view.name());
    }
    return new Reference()
        .setType("Device")
        .setIdentifier(
            new Identifier()
                .setSystem(Systems.DESTINATION)
                .setValue(view.target().substring(DESTINATION.length())))
        .setDisplay(view.name());
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept(new Coding(system, code, null));
  }

  private static DateTimeType time(Instant at) {
    return new DateTimeType(
        Date.from(at), TemporalPrecisionEnum.MILLI, TimeZone.getTimeZone("UTC"));
  }
}
