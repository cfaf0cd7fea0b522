package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A course of events that is measured by itself, without contenders beside it. */
interface Trial {
  /** Runs it, once. */
  Figures run() throws IOException, SQLException, InterruptedException;
}
