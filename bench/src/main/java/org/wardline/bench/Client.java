package org.wardline.bench;

import java.io.IOException;
import java.sql.SQLException;

/** One of those who put load on: works alone, one operation after the other. */
interface Client extends AutoCloseable {
  /**
   * One operation; comes back when it is acknowledged.
   *
   * @param id of the operation, unique in the pass, at most 20 characters
   * @throws IOException when it was not acknowledged
   */
  void operate(String id) throws IOException, SQLException;

  /**
   * Comes back when all that was acknowledged has had its effect, where that comes later.
   *
   * @return how many have had none
   */
  default long finish() {
    return 0;
  }

  @Override
  void close() throws IOException, SQLException;
}
