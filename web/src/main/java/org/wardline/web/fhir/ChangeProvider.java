package org.wardline.web.fhir;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Patch;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import jakarta.inject.Inject;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.intake.fhir.ChangedMeanwhileException;

/**
 * A resource type that clients may change: by PUT of the whole, or by a patch of it, which is the
 * same act, with the same rights and the same record. Not so a patient, of whom the index keeps
 * what an update leaves out, nor a subscription, whose secret headers are never read: a patch of
 * them would say that it did what it did not.
 */
@SuppressWarnings("NullAway.Init")
abstract class ChangeProvider implements ReadProvider {
  private Profiles profiles;

  @Inject
  void profiles(Profiles set) {
    this.profiles = set;
  }

  /** As by PUT. */
  abstract MethodOutcome change(Resource changed, IdType id, RequestDetails request);

  /**
   * Applies a JSON Patch (RFC 6902; FHIR R4 section 3.1.0.8.1) to what can be read now, and to
   * nothing newer; with {@code If-Match}, only to that version.
   */
  @Patch
  public MethodOutcome patch(
      @IdParam @Nullable IdType id,
      PatchTypeEnum format,
      @ResourceParam String patch,
      RequestDetails request) {
    if (id == null) {
      throw new InvalidRequestException("A patch names its resource by its id.");
    }
    Resource now = read(id.toVersionless(), request);
    String version = now.getMeta().getVersionId();
    String wanted = Requests.ifMatch(request);
    if (wanted != null && !wanted.equals(version)) {
      throw new ChangedMeanwhileException(version);
    }
    IdType read = id.withVersion(version);
    Resource changed = JsonPatches.apply(now, format, patch);
    profiles.check(changed, Requests.actor(request), "");
    MethodOutcome outcome = change(changed, read, request);
    if (outcome.getId() != null && outcome.getId().hasVersionIdPart()) {
      request.getResponse().addHeader("ETag", "W/\"" + outcome.getId().getVersionIdPart() + "\"");
    }
    return outcome;
  }
}
