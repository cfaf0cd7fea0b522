package org.wardline.web.ehr;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/**
 * The EHRs that may open Wardline, as the operator lists them; nobody else is asked anything, so
 * that no link makes us call what only we can reach.
 */
@ApplicationScoped
@SuppressWarnings("NullAway.Init")
public class EhrSystems {
  private static final String KEY = "wardline.ehr.file";

  @Inject private Settings settings;
  private List<EhrSystem> listed = List.of();

  /**
   * Reads the list when the application starts.
   *
   * @throws InvalidSettingException when it cannot be used: then it does not start
   */
  void read(@Observes @Initialized(ApplicationScoped.class) Object started) {
    listed =
        settings
            .file(KEY)
            .map(file -> JsonFile.read(KEY, file, new TypeReference<List<EhrSystem>>() {}))
            .orElse(List.of());
    for (EhrSystem each : listed) {
      try {
        each.proof(URI.create(each.iss()));
      } catch (IllegalArgumentException e) {
        throw new InvalidSettingException(KEY, String.valueOf(e.getMessage()));
      }
    }
  }

  /** The one with that address; empty when it may not open Wardline. */
  Optional<EhrSystem> of(String iss) {
    return listed.stream().filter(e -> e.base().equals(EhrSystem.base(iss))).findFirst();
  }
}
