package org.wardline.store;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells workers of this node that a commit left work for them. What observes a commit is a plain
 * bean that holds a bell: a worker itself, an EJB, would be looked up anew for each commit.
 */
public class Bell {
  private final List<Runnable> workers = new CopyOnWriteArrayList<>();

  /** Has this run at each ring; it must not wait. */
  public void wakes(Runnable worker) {
    workers.add(worker);
  }

  /** Wakes all of them. */
  public void ring() {
    workers.forEach(Runnable::run);
  }
}
