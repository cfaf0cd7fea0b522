package org.wardline.census;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.directory.OnDuty;
import org.wardline.mailbox.PatientThreads;
import org.wardline.patient.Merges;
import org.wardline.patient.Merges.Merge;
import org.wardline.patient.Whereabouts;
import org.wardline.routing.UnitRoles;
import org.wardline.setting.Settings;
import org.wardline.store.Keys;

/**
 * What a movement of a patient means for the conversations about him; in the caller's transaction.
 */
@Singleton
public class Census {
  /** A discharge that is told late closes nothing under the hands of those who write. */
  private static final Duration NOTICE = Duration.ofDays(1);

  private final Settings settings;
  private final Keys keys;
  private final Merges merges;
  private final Whereabouts whereabouts;
  private final PatientThreads threads;
  private final UnitRoles units;
  private final OnDuty duty;

  @Inject
  @SuppressWarnings("checkstyle:ParameterNumber")
  public Census(
      Settings settings,
      Keys keys,
      Merges merges,
      Whereabouts whereabouts,
      PatientThreads threads,
      UnitRoles units,
      OnDuty duty) {
    this.settings = settings;
    this.keys = keys;
    this.merges = merges;
    this.whereabouts = whereabouts;
    this.threads = threads;
    this.units = units;
    this.duty = duty;
  }

  /** Two records are one person's: everything about him stands in the surviving one. */
  public Merge merged(UUID organization, UUID survivor, UUID prior, UUID inbound) {
    Merge merge = merges.merge(organization, survivor, prior, inbound);
    threads.relink(merge.id(), survivor, prior);
    return merge;
  }

  /** He lies elsewhere now: who looks after that ward comes into what is open about him. */
  public void moved(UUID organization, UUID patient, String location) {
    List<UUID> open = threads.open(organization, patient);
    Optional<String> role = units.of(location);
    if (!open.isEmpty() && role.isPresent()) {
      duty.find(organization, role.get())
          .ifPresent(
              found -> {
                var holder = found.role().holder();
                if (holder != null) {
                  threads.join(organization, open, holder.party(), found.role().name());
                }
              });
    }
  }

  /**
   * He went home: what is open about him closes after a while.
   *
   * @param at null when nobody said
   */
  public void discharged(UUID organization, UUID patient, @Nullable Instant at) {
    if (!left(organization, patient)) {
      return; // it was another stay that ended
    }
    Instant now = keys.now();
    Instant left = at == null || at.isAfter(now) ? now : at;
    Instant closes = left.plus(settings.duration("wardline.conversation.close-after-discharge"));
    Instant soonest = now.plus(NOTICE);
    threads.close(organization, patient, closes.isBefore(soonest) ? soonest : closes);
  }

  /**
   * A stay of his is over, or never was.
   *
   * @return false when he is still here, by another stay
   */
  public boolean left(UUID organization, UUID patient) {
    return whereabouts.leave(organization, patient);
  }

  /** They are here after all. */
  public void readmitted(UUID organization, Collection<UUID> patients) {
    if (!patients.isEmpty()) {
      threads.reopen(organization, patients);
    }
  }
}
