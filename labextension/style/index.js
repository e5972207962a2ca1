import './base.css';
import './notebook.css';
import './runs.css';
import './states.css';
