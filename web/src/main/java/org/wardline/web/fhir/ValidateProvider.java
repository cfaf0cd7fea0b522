package org.wardline.web.fhir;

import ca.uhn.fhir.model.api.annotation.Description;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.CommunicationRequest;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.alert.Alerts;
import org.wardline.compose.Submissions;
import org.wardline.mapping.fhir.PostedAlert;
import org.wardline.mapping.fhir.PostedCommunication;
import org.wardline.mapping.fhir.PostedResources;
import org.wardline.message.Actor;
import org.wardline.store.Keys;

/**
 * {@code $validate} (FHIR R4, Resource/$validate): whether a resource would be taken, without
 * taking it, and what the hospital's profiles say of it. What is kept of patients is kept by the
 * same code in a transaction that is then rolled back, so that both say the same; of messages and
 * alerts, form and references are checked and nothing is sent.
 */
@Singleton
public class ValidateProvider {
  private static final Set<String> TYPES =
      Stream.of(
              PostedResources.CHART,
              PostedResources.DIRECTORY,
              Set.of(
                  "Patient",
                  "Encounter",
                  "Practitioner",
                  "Binary",
                  "Communication",
                  "CommunicationRequest"))
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private final ResourceWriter writer;
  private final PostedDrafts drafts;
  private final Submissions submissions;
  private final Alerts alerts;
  private final Profiles profiles;
  private final Keys keys;
  private final FhirFaults faults = new FhirFaults();

  @Inject
  public ValidateProvider(
      ResourceWriter writer,
      PostedDrafts drafts,
      Submissions submissions,
      Alerts alerts,
      Profiles profiles,
      Keys keys) {
    this.writer = writer;
    this.drafts = drafts;
    this.submissions = submissions;
    this.alerts = alerts;
    this.profiles = profiles;
    this.keys = keys;
  }

  /** The operation on one type: the library has none for all. */
  public final class OfType implements IResourceProvider {
    private final Class<? extends IBaseResource> type;

    private OfType(Class<? extends IBaseResource> type) {
      this.type = type;
    }

    @Override
    public Class<? extends IBaseResource> getResourceType() {
      return type;
    }

    /**
     * What is wrong with it, or that nothing is.
     *
     * @param id that it would replace; null when it would be made
     * @param body the resource, or Parameters with it
     */
    @Operation(name = "$validate")
    @Description("Whether a resource would be taken, without taking it")
    public OperationOutcome validate(
        @IdParam(optional = true) @Nullable IdType id,
        @ResourceParam IBaseResource body,
        RequestDetails request) {
      return ValidateProvider.this.validate(type.getSimpleName(), id, body, request);
    }
  }

  /** One for each of these types that is taken from clients. */
  List<OfType> of(List<? extends IResourceProvider> providers) {
    return providers.stream()
        .map(IResourceProvider::getResourceType)
        .filter(type -> TYPES.contains(type.getSimpleName()))
        .map(type -> new OfType(type.asSubclass(IBaseResource.class)))
        .toList();
  }

  private OperationOutcome validate(
      String type, @Nullable IdType id, IBaseResource body, RequestDetails request) {
    Resource resource = resource(body);
    if (!resource.fhirType().equals(type)) {
      throw new InvalidRequestException(
          "The resource is a " + resource.fhirType() + ", not a " + type + ".");
    }
    String mode = text(body, "mode", request);
    if (mode != null && !Set.of("create", "update", "profile").contains(mode)) {
      throw new InvalidRequestException("mode is create, update or profile.");
    }
    if ("update".equals(mode) && id == null) {
      throw new InvalidRequestException("mode update is for " + type + "/id/$validate.");
    }
    OperationOutcome outcome = tried(resource, "create".equals(mode) ? null : id, request);
    OperationOutcome findings = findings(resource, text(body, "profile", request));
    if (findings.getIssue().stream().anyMatch(Profiles::fault)) {
      outcome.getIssue().removeIf(issue -> issue.getSeverity() == IssueSeverity.INFORMATION);
    }
    findings.getIssue().forEach(outcome::addIssue);
    return outcome;
  }

  private OperationOutcome findings(Resource resource, @Nullable String profile) {
    if (profile == null) {
      return profiles.validate(resource, List.of());
    }
    if (profiles.known().getOrDefault(resource.fhirType(), Set.of()).contains(profile)) {
      return profiles.validate(resource, List.of(profile));
    }
    return add(
        profiles.validate(resource, List.of()),
        IssueSeverity.WARNING,
        IssueType.NOTSUPPORTED,
        "This profile is not at hand: it was not looked at.");
  }

  private OperationOutcome tried(Resource resource, @Nullable IdType id, RequestDetails request) {
    try {
      attempt(resource, id, Requests.actor(request));
    } catch (RuntimeException e) {
      BaseServerResponseException known = faults.translate(e);
      int status = known.getStatusCode();
      if (status == 401 || status == 403 || status >= 500) {
        throw known;
      }
      return FhirFaults.said(known);
    }
    return add(
        new OperationOutcome(),
        IssueSeverity.INFORMATION,
        IssueType.INFORMATIONAL,
        "It would be taken.");
  }

  private void attempt(Resource sent, @Nullable IdType id, Actor actor) {
    Resource resource = sent.copy(); // trying it puts our own references into it
    if (id != null
        && (resource instanceof Communication || resource instanceof CommunicationRequest)) {
      throw new InvalidRequestException(
          "Whether a message or an alert may be taken back is not tried.");
    }
    if (resource instanceof Communication message) {
      submissions.permitSender(actor);
      submissions.permit(
          actor, drafts.draft(actor, PostedCommunication.fromFhir(message, keys.now())));
    } else if (resource instanceof CommunicationRequest alert) {
      alerts.permitReporter(actor);
      drafts.draft(actor, PostedAlert.message(alert, keys.now()));
    } else {
      writer.attempt(resource, id == null ? null : Requests.id(id), actor);
    }
    Soundness.check(sent, ""); // last: who may not is not told what is wrong
  }

  private static Resource resource(IBaseResource body) {
    Resource found =
        body instanceof Parameters parameters
            ? parameters.getParameter().stream()
                .filter(p -> "resource".equals(p.getName()))
                .map(ParametersParameterComponent::getResource)
                .findFirst()
                .orElse(null)
            : (Resource) body;
    if (found == null) {
      throw new InvalidRequestException("There is no resource to validate.");
    }
    return found;
  }

  private static @Nullable String text(IBaseResource body, String name, RequestDetails request) {
    String[] asked = request.getParameters().get(name);
    if (asked != null && asked.length > 0) {
      return asked[0];
    }
    return body instanceof Parameters parameters
        ? parameters.getParameter().stream()
            .filter(p -> name.equals(p.getName()) && p.hasValue())
            .map(p -> p.getValue().primitiveValue())
            .findFirst()
            .orElse(null)
        : null;
  }

  private static OperationOutcome add(
      OperationOutcome outcome, IssueSeverity severity, IssueType code, String words) {
    outcome.addIssue().setSeverity(severity).setCode(code).setDiagnostics(words);
    return outcome;
  }
}
